using System.Text;

namespace Nexus.Audit;

/// <summary>
/// Statements for fixes that never block an application for long: a lock that is not free within five seconds is given up, indexes are built beside
/// the traffic.
/// </summary>
internal static class SafeSql
{
    /// <summary>Stands before every statement that takes a lock.</summary>
    public const string LockTimeout = "SET lock_timeout = '5s'";

    /// <summary>PostgreSQL cuts longer names, which it counts in bytes.</summary>
    private const int LongestName = 63;

    /// <summary>A name quoted where it has to be, as quote_ident does but for keywords, which it quotes always.</summary>
    public static string Name(string name) => IsPlain(name) ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A name with its schema.</summary>
    public static string Name(string schema, string name) => $"{Name(schema)}.{Name(name)}";

    /// <summary>A text as a literal.</summary>
    public static string Literal(string text) => text.Contains('\\', StringComparison.Ordinal)
        ? $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'"
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A name for a new object, cut to what PostgreSQL keeps: the beginning, a hash of all of it, and the suffix.</summary>
    /// <param name="parts">What it is made of, such as the table and its columns.</param>
    /// <param name="suffix">Its end, such as <c>_idx</c>.</param>
    public static string NewName(IEnumerable<string> parts, string suffix)
    {
        var name = string.Join('_', parts);
        var bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length + suffix.Length <= LongestName) return name + suffix;
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..8];
        var room = LongestName - hash.Length - 1 - suffix.Length;
        // Not within a character.
        while ((bytes[room] & 0xC0) == 0x80) room--;
        return $"{Encoding.UTF8.GetString(bytes, 0, room)}_{hash}{suffix}";
    }

    /// <summary>Builds an index without blocking traffic.</summary>
    /// <param name="schema">Of the table.</param>
    /// <param name="table">The table.</param>
    /// <param name="name">Of the new index.</param>
    /// <param name="definition">What follows the table's name, such as <c>(chat_id)</c> or <c>USING gin (config jsonb_path_ops)</c>, already
    /// quoted.</param>
    /// <param name="isPartitioned">Whether the table is partitioned: the server builds none concurrently on it.</param>
    public static IReadOnlyList<string> CreateIndex(string schema, string table, string name, string definition, bool isPartitioned = false) =>
        [LockTimeout, $"CREATE INDEX{Beside(isPartitioned)} IF NOT EXISTS {Name(name)} ON {Name(schema, table)} {definition}"];

    /// <summary>Drops an index without blocking traffic, where the server can.</summary>
    public static IReadOnlyList<string> DropIndex(string schema, string name, bool isPartitioned = false) =>
        [LockTimeout, $"DROP INDEX{Beside(isPartitioned)} IF EXISTS {Name(schema, name)}"];

    private static string Beside(bool isPartitioned) => isPartitioned ? "" : " CONCURRENTLY";

    private static bool IsPlain(string name) =>
        name.Length > 0 && (char.IsAsciiLetterLower(name[0]) || name[0] == '_')
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_') && !Keywords.Contains(name);

    /// <summary>The reserved ones: https://www.postgresql.org/docs/current/sql-keywords-appendix.html.</summary>
    private static readonly HashSet<string> Keywords =
    [
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "binary", "both", "case", "cast", "check",
            "collate", "collation", "column",
        "concurrently", "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema", "current_time",
            "current_timestamp", "current_user", "default",
        "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant",
            "group", "having", "ilike", "in", "initially",
        "inner", "intersect", "into", "is", "isnull", "join", "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural",
            "not", "notnull", "null", "offset", "on",
        "only", "or", "order", "outer", "overlaps", "placing", "primary", "references", "returning", "right", "select", "session_user", "similar",
            "some", "symmetric", "system_user", "table",
        "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "verbose", "when", "where", "window", "with",
            "between", "bigint", "bit", "boolean", "char",
        "character", "coalesce", "dec", "decimal", "exists", "extract", "float", "greatest", "grouping", "inout", "int", "integer", "interval",
            "least", "national", "nchar", "none", "normalize",
        "nullif", "numeric", "out", "overlay", "position", "precision", "real", "row", "setof", "smallint", "substring", "time", "timestamp", "treat",
            "trim", "values", "varchar",
    ];
}
