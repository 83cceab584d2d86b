using Npgsql;

namespace Nexus.Audit;

/// <summary>Where and how pg_stat_statements is read: its columns differ by the extension's version, which may be older than the server.</summary>
/// <param name="Function"><c>pg_stat_statements(boolean)</c>, with its schema.</param>
/// <param name="InfoFunction"><c>pg_stat_statements_info()</c>, with its schema.</param>
/// <param name="Since">When its counters were reset.</param>
/// <param name="Evicted">Times that entries were dropped because <c>pg_stat_statements.max</c> was reached (dealloc).</param>
/// <param name="CountsPlans">Whether track_planning is on.</param>
/// <param name="Max"><c>pg_stat_statements.max</c>; 0 where it is not to be seen.</param>
internal sealed record StatementsSource(string Function, string InfoFunction, DateTimeOffset? Since, long Evicted, bool CountsPlans, long Max)
{
    public const string Extension = "pg_stat_statements";

    /// <summary>The function that the view calls; without texts it reads memory only.</summary>
    public string Counters => $"{Function}(false)";

    /// <summary>With the statements' texts.</summary>
    public string WithTexts => $"{Function}(true)";

    public static async Task<(StatementsSource? Source, NotSeen? Missing)> FindAsync(AuditConnection connection, ServerFacts server,
        CancellationToken cancellationToken)
    {
        if (!server.Extensions.TryGetValue(Extension, out var extension)) return (null, NotInstalled);
        // 1.9 came with PostgreSQL 14 and has toplevel and pg_stat_statements_info.
        if (!Version.TryParse(extension.Version, out var version) || version < new Version(1, 9)) return (null, TooOld);
        var (function, info) = await connection.InTransactionAsync(
            async () => (await ExtensionFunction.FindAsync(connection, Extension, "pg_stat_statements", "boolean", cancellationToken)
                .ConfigureAwait(false),
                await ExtensionFunction.FindAsync(connection, Extension, "pg_stat_statements_info", "", cancellationToken).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
        if (function is null || info is null) return (null, TooOld);
        if ((function.Untrusted ?? info.Untrusted) is { } owner) return (null, Replaceable(extension.Schema, owner));
        var source = new StatementsSource(function.Name!, info.Name!, null, 0, server.IsOn("pg_stat_statements.track_planning") == true,
            server.Number("pg_stat_statements.max"));
        return await connection.InTransactionAsync(
            async () =>
            {
                var rows = new List<StatementsSource>();
                var failed = await connection.TryAsync(
                    async () => rows = await connection.QueryAsync(
                        $"SELECT i.stats_reset, i.dealloc FROM {info.Name}() AS i",
                        row => source with { Since = row.Time(0), Evicted = row.GetInt64(1) },
                        [],
                        cancellationToken).ConfigureAwait(false),
                    cancellationToken).ConfigureAwait(false);
                return failed switch
                {
                    null => ((StatementsSource?)rows[0], (NotSeen?)null),
                    PostgresErrorCodes.InsufficientPrivilege => (null, new NotSeen(
                        new("this role may not use pg_stat_statements", "este rol no puede usar pg_stat_statements"),
                        $"GRANT USAGE ON SCHEMA {SafeSql.Name(extension.Schema)} TO {SafeSql.Name(server.User)}")),
                    _ => (null, NotLoaded),
                };
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static NotSeen NotInstalled { get; } = new(
        new("pg_stat_statements is not installed in this database", "pg_stat_statements no está instalado en esta base de datos"),
            "CREATE EXTENSION pg_stat_statements");

    private static NotSeen Replaceable(string schema, string owner) => new(
        new(
            $"pg_stat_statements is in the schema {schema}, whose owner {owner} could replace it by another function of that name",
            $"pg_stat_statements está en el esquema {schema}, cuyo dueño {owner} podría sustituirla por otra función de ese nombre"),
        $"CREATE SCHEMA statistics; GRANT USAGE ON SCHEMA statistics TO PUBLIC; ALTER EXTENSION {Extension} SET SCHEMA statistics");

    private static NotSeen TooOld { get; } = new(
        new("pg_stat_statements is older than version 1.9", "pg_stat_statements es anterior a la versión 1.9"),
            "ALTER EXTENSION pg_stat_statements UPDATE");

    private static NotSeen NotLoaded { get; } = new(
        new("pg_stat_statements is installed, but the server did not load it at startup",
            "pg_stat_statements está instalado, pero el servidor no lo cargó al arrancar"),
        "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
}
