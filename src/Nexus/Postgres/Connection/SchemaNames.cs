using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Nexus.Postgres;

/// <summary>
/// Puts the schema before the names of Nexus's tables and functions. Sessions that run these statements have only <c>pg_catalog</c> on their search
/// path: otherwise a role that may create objects in the schema could plant an operator or a function that fits a column's type better than the
/// system's, and it would run as Nexus (https://www.postgresql.org/docs/current/typeconv-oper.html).
/// </summary>
internal sealed partial class SchemaNames
{
    private static readonly ConcurrentDictionary<string, SchemaNames> Known = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, string> _qualified = new(StringComparer.Ordinal);
    private readonly string _prefix;

    private SchemaNames(string schema) => _prefix = SqlIdentifier.Quote(schema) + ".";

    public static SchemaNames Of(string schema) => Known.GetOrAdd(schema, static name => new SchemaNames(name));

    /// <summary>The statement with qualified names. Texts are few and made once; values are parameters.</summary>
    public string Qualify(string sql) => _qualified.GetOrAdd(sql, static (text, names) => names.Rewrite(text), this);

    private string Rewrite(string sql) => Names().Replace(sql, match =>
    {
        var quote = match.Groups["quote"].Value;
        var prefix = quote.Length > 0 ? _prefix.Replace("'", "''", StringComparison.Ordinal) : _prefix;
        return $"{match.Groups["before"].Value}{quote}{prefix}{match.Groups["name"].Value}";
    });

    // A table stands after one of these words, or in quotes before ::regclass; a function stands before its bracket.
    [GeneratedRegex(
        """
        (?<before>\b(FROM|JOIN|INTO|UPDATE|USING|COPY)\s+)
            (?<name>(sessions|users|bot_state|system_config|trades|keyed_state|tasks|calibrations|nexus_meta|nexus_commits|nexus_leases
                |nexus_history|nexus_shards?|nexus_moves|nexus_decisions|nexus_summed_chats|nexus_trade_sums|nexus_trade_marks)\b)
        |(?<quote>')(?<name>(sessions|users|bot_state|system_config|trades|keyed_state|tasks|calibrations|nexus_meta|nexus_commits|users_id_seq)
                '::(pg_catalog\.)?regclass\b)
        |(?<before>(^|[^\w."]))(?<name>nexus_[a-z_]+\()
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
