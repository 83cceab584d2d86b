using System.Globalization;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// What Nexus relies on in a session, whatever the database or the role carries by <c>ALTER … SET</c>. Sent as start-up options: they win over those
/// settings, and RESET ALL and DISCARD ALL go back to them. What is left to the operator, and why: docs/architecture.md.
/// </summary>
internal static class SessionSettings
{
    public const string TimeZone = "TimeZone";

    /// <summary>Known to every version that <see cref="Nexus.Postgres.ServerRequirements"/> accepts, and free to set for every role.</summary>
    public static IReadOnlyList<SessionSetting> All { get; } =
    [
        // Who runs the statements, and what their names mean.
        new("role", "none", "another role has other privileges, row policies and owned objects"),
        new("row_security", "on", "off turns rows that a policy filters into errors"),
        // A transaction as the store reckons with.
        new("default_transaction_isolation", "read committed",
            "a conditional write would fail with serialization errors instead of seeing the newest row"),
        new("default_transaction_deferrable", "off", "a serializable read might wait for others"),
        new("synchronous_commit", "on", "an acknowledged write must be durable"),
        new("exit_on_error", "off", "one refused row would end the session"),
        // Time limits are the client's: CommandTimeout.
        new("statement_timeout", "0", "the client's CommandTimeout bounds a statement", IsLimit: true),
        new("lock_timeout", "0", "the client's CommandTimeout bounds a wait as well", IsLimit: true),
        new("idle_in_transaction_session_timeout", "60000", "a process that stopped inside a transaction must not hold its locks for ever",
            IsLimit: true),
        new("idle_session_timeout", "0", "pooled and listening connections may be idle", IsLimit: true),
        // How values are read and written.
        new("DateStyle", "ISO, MDY", "text of dates, as in partition bounds"),
        new("IntervalStyle", "postgres", "text of intervals"),
        new(TimeZone, "UTC", "text of instants, days and months"),
        new("bytea_output", "hex", "text of bytes"),
        new("extra_float_digits", "1", "text of floating-point numbers"),
        new("xmlbinary", "base64", "text of bytes in XML"),
        new("array_nulls", "on", "NULL in the text of arrays"),
        new("standard_conforming_strings", "on", "a backslash in a literal is a backslash"),
        new("backslash_quote", "safe_encoding", "quotes in a literal"),
        new("transform_null_equals", "off", "= NULL is never true"),
        new("quote_all_identifiers", "off", "names in generated statements"),
        new("check_function_bodies", "on", "a migration's functions are checked when they are made"),
        // What tables are made of and where.
        new("default_table_access_method", "heap", "tables of migrations and partitions"),
        new("default_tablespace", "", "the database's own tablespace"),
        new("temp_tablespaces", "", "the database's own tablespace"),
        // Answers must be whole, and plans the ones that were measured.
        new("gin_fuzzy_search_limit", "0", "a limit makes an index leave out rows at random"),
        new("constraint_exclusion", "partition", "partitions that cannot match are left out"),
        new("jit", "off", "compiling costs more than these statements"),
        new("enable_bitmapscan", "on", "plans"),
        new("enable_hashagg", "on", "plans"),
        new("enable_hashjoin", "on", "plans"),
        new("enable_incremental_sort", "on", "plans"),
        new("enable_indexonlyscan", "on", "plans"),
        new("enable_indexscan", "on", "plans"),
        new("enable_material", "on", "plans"),
        new("enable_mergejoin", "on", "plans"),
        new("enable_nestloop", "on", "plans"),
        new("enable_partition_pruning", "on", "plans"),
        new("enable_seqscan", "on", "plans"),
        new("enable_sort", "on", "plans"),
        new("enable_tidscan", "on", "plans"),
        // Notices are not read, and debug levels are many.
        new("client_min_messages", "warning", "lower levels only cost traffic"),
    ];

    /// <summary>For sessions that only run statements whose names are qualified.</summary>
    public const string SafePath = "pg_catalog, pg_temp";

    /// <summary>
    /// What depends on the server, so it is set by a statement: a limit that not every version knows, and plans. Citus makes a plan for the values of
    /// each execution, and cannot make one for all values ("could not create distributed plan").
    /// </summary>
    public const string SetLater = """
        SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout'
        UNION ALL SELECT pg_catalog.set_config('plan_cache_mode', 'auto', false) FROM pg_catalog.pg_extension WHERE extname = 'citus'
        """;

    /// <summary>Added before the options of the connection string, which may set time limits but nothing else from this list.</summary>
    /// <param name="builder">Gets the options.</param>
    /// <param name="more">Settings beside those above.</param>
    /// <param name="keepsZone">Whether the sessions keep the time zone that the database and the role set.</param>
    /// <exception cref="NexusConfigurationException">The options set what Nexus relies on.</exception>
    public static void Apply(NpgsqlConnectionStringBuilder builder, IEnumerable<SessionSetting>? more = null, bool keepsZone = false)
    {
        var given = builder.Options ?? "";
        foreach (var setting in All)
        {
            if (!setting.IsLimit && Sets(given, setting.Name))
                throw DatabaseUrl.Error($"the options set {setting.Name}, which Nexus sets itself to '{setting.Value}': {setting.Reason}");
        }
        if (Sets(given, "search_path"))
            throw DatabaseUrl.Error($"the options set search_path; the setting {nameof(PostgresOptions.Schema)} names the schema");
        builder.Options = string.Join(' ', All.Where(setting => !keepsZone || setting.Name != TimeZone).Concat(more ?? [])
            .Select(setting => $"-c {setting.Name}={Escape(setting.Value)}").Append(given)).TrimEnd();
    }

    /// <summary>Whether a connection's options are those above; a pooler in transaction mode gets none.</summary>
    public static bool AreIn(NpgsqlConnectionStringBuilder builder) =>
        builder.Options?.Contains($"-c {All[0].Name}=", StringComparison.Ordinal) == true;

    /// <summary>Whether the session of a connection was started with the options above.</summary>
    public static bool AreIn(NpgsqlConnection connection) => AreIn(new NpgsqlConnectionStringBuilder(connection.ConnectionString));

    // SET is not planned: compiling the first call would outlast a time limit of milliseconds.
    private static readonly string LocalSettings =
        "SET LOCAL jit = off; " + string.Join(' ', All.Where(InPrologue).Append(new SessionSetting("search_path", SafePath, "")).Select(SetLocal));

    /// <summary>The same for one transaction but its isolation level.</summary>
    public static string SetLocally { get; } = $"DO $$ BEGIN {LocalSettings} END $$";

    /// <summary>
    /// The same for one transaction: what a pooler in transaction mode lets through. The first command must stand before any query.
    /// </summary>
    public static IReadOnlyList<string> Prologue { get; } = ["SET TRANSACTION ISOLATION LEVEL READ COMMITTED", SetLocally];

    /// <summary>The same, refused by a primary on an older timeline: a pooler's connections to it outlive a failover.</summary>
    /// <param name="timeline">The highest that was seen; null for none.</param>
    public static IReadOnlyList<string> FencedPrologue(int? timeline) => timeline is not { } lowest ? Prologue :
    [
        Prologue[0],
        string.Create(CultureInfo.InvariantCulture, $"""
            DO $$ BEGIN {LocalSettings}
            IF NOT pg_catalog.pg_is_in_recovery() AND
                (pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 1, 8) COLLATE "C") < '{lowest:X8}' THEN
                RAISE EXCEPTION 'the server is an old primary' USING ERRCODE = '{ServerErrors.Fenced}'; END IF; END $$
            """),
    ];

    private static bool InPrologue(SessionSetting setting) =>
        !setting.Name.StartsWith("default_transaction", StringComparison.Ordinal) && setting.Name is not ("exit_on_error" or "idle_session_timeout");

    private static string SetLocal(SessionSetting setting) =>
        string.Create(CultureInfo.InvariantCulture, $"PERFORM pg_catalog.set_config('{setting.Name}', '{setting.Value}', true);");

    private static bool Sets(string options, string name) =>
        options.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.StartsWith("--", StringComparison.Ordinal) || part.StartsWith("-c", StringComparison.Ordinal) ? part[2..] : part)
            .Any(part => part.Split('=')[0].Replace('-', '_').Equals(name, StringComparison.OrdinalIgnoreCase));

    // https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-OPTIONS: a space within a value is written with a backslash.
    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);
}

/// <summary>One setting of a session.</summary>
/// <param name="Name">As in <c>pg_settings</c>.</param>
/// <param name="Value">What Nexus sets.</param>
/// <param name="Reason">What another value would do.</param>
/// <param name="IsLimit">A time limit, which the connection string may override.</param>
internal sealed record SessionSetting(string Name, string Value, string Reason, bool IsLimit = false);
