using Npgsql;

namespace Nexus.Audit;

/// <summary>What does not change during an audit: the server's version, who asks, what is set and installed.</summary>
internal sealed record ServerFacts
{
    private const string Sql = """
        SELECT pg_catalog.current_setting('server_version_num')::int, pg_catalog.current_setting('server_version'),
            pg_catalog.current_database()::text, current_user::text,
            (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user),
            pg_catalog.pg_has_role(current_user, 'pg_monitor', 'USAGE'), pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),
            pg_catalog.pg_is_in_recovery(), pg_catalog.pg_postmaster_start_time(), pg_catalog.pg_database_size(pg_catalog.current_database()),
            (SELECT d.stats_reset FROM pg_catalog.pg_stat_database d WHERE d.datname = pg_catalog.current_database()), pg_catalog.pg_backend_pid()
        """;

    // What a role or database default or the server's file sets, not what the audit set for itself.
    private const string SettingsSql = "SELECT s.name::text, pg_catalog.left(s.reset_val, 4096) FROM pg_catalog.pg_settings s";

    private const string ExtensionsSql =
        "SELECT e.extname::text, n.nspname::text, e.extversion FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = "
        + "e.extnamespace";

    /// <summary><c>server_version_num</c>, such as 150018.</summary>
    public required int Version { get; init; }

    /// <summary>As the server says it.</summary>
    public required string VersionText { get; init; }

    /// <summary>The audited database.</summary>
    public required string Database { get; init; }

    /// <summary>The role that audits.</summary>
    public required string User { get; init; }

    /// <summary>Whether it may everything.</summary>
    public required bool IsSuperuser { get; init; }

    /// <summary>Whether it has pg_monitor's rights.</summary>
    public required bool IsMonitor { get; init; }

    /// <summary>Whether it sees other roles' sessions and statements.</summary>
    public required bool ReadsAllStats { get; init; }

    /// <summary>A standby.</summary>
    public required bool IsReplica { get; init; }

    /// <summary>When the server started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The database's size in bytes.</summary>
    public required long DatabaseBytes { get; init; }

    /// <summary>Since when the database's counters count; null when they were never reset.</summary>
    public required DateTimeOffset? StatisticsSince { get; init; }

    /// <summary>The audit's own server process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Whether a pooler is in between.</summary>
    public required bool IsPooled { get; init; }

    /// <summary>
    /// What is set, in the server's base units (ms, 8kB pages, …: https://www.postgresql.org/docs/current/view-pg-settings.html), by name; without
    /// those that this role may not see.
    /// </summary>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }

    /// <summary>Installed extensions: name to schema and version.</summary>
    public required IReadOnlyDictionary<string, Extension> Extensions { get; init; }

    /// <summary>Where pg_stat_statements can be read, null where it cannot.</summary>
    public StatementsSource? Statements { get; init; }

    /// <summary>Why it cannot, where it cannot.</summary>
    public NotSeen? StatementsMissing { get; init; }

    /// <summary>A setting's number, or what to take where it is not to be seen.</summary>
    public long Number(string setting, long otherwise = 0) =>
        Settings.TryGetValue(setting, out var text) && long.TryParse(text, out var number) ? number : otherwise;

    /// <summary>Whether a switch is on; null where it is not to be seen.</summary>
    public bool? IsOn(string setting) => Settings.TryGetValue(setting, out var text) && text is not null ? text == "on" : null;

    public static async Task<ServerFacts> ReadAsync(AuditConnection connection, CancellationToken cancellationToken)
    {
        var facts = await connection.InTransactionAsync(
            async () =>
            {
                var settings = await connection.QueryAsync(SettingsSql, row => (Name: row.GetText(0), Value: row.Text(1)), [], cancellationToken)
                    .ConfigureAwait(false);
                var extensions = await connection.QueryAsync(ExtensionsSql,
                    row => (Name: row.GetText(0), Extension: new Extension(row.GetText(1), row.GetText(2))), [], cancellationToken)
                        .ConfigureAwait(false);
                return (await connection.QueryAsync(Sql, row => Read(row, connection.IsPooled), [], cancellationToken).ConfigureAwait(false))[0] with
                {
                    Settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value),
                    Extensions = extensions.ToDictionary(extension => extension.Name, extension => extension.Extension),
                };
            },
            cancellationToken).ConfigureAwait(false);
        var (source, missing) = await StatementsSource.FindAsync(connection, facts, cancellationToken).ConfigureAwait(false);
        return facts with { Statements = source, StatementsMissing = missing };
    }

    private static ServerFacts Read(NpgsqlDataReader row, bool isPooled) => new()
    {
        Version = row.GetInt32(0),
        VersionText = row.GetText(1),
        Database = row.GetText(2),
        User = row.GetText(3),
        IsSuperuser = row.GetBoolean(4),
        IsMonitor = row.GetBoolean(5),
        ReadsAllStats = row.GetBoolean(6),
        IsReplica = row.GetBoolean(7),
        StartedAt = row.GetFieldValue<DateTimeOffset>(8),
        DatabaseBytes = row.GetInt64(9),
        StatisticsSince = row.Time(10),
        ProcessId = row.GetInt32(11),
        IsPooled = isPooled,
        Settings = new Dictionary<string, string?>(),
        Extensions = new Dictionary<string, Extension>(),
    };
}

/// <summary>An installed extension.</summary>
/// <param name="Schema">Where its objects are.</param>
/// <param name="Version">As installed in this database, which may be older than the library.</param>
internal sealed record Extension(string Schema, string Version);
