namespace Nexus.Audit;

/// <summary>One session as one sample saw it. The audit's own is not among them.</summary>
/// <param name="ProcessId">The server process.</param>
/// <param name="Database">Where it is connected, null for background processes.</param>
/// <param name="User">The role.</param>
/// <param name="Application">application_name.</param>
/// <param name="Client">The client's address; null on a socket, and where hidden.</param>
/// <param name="Age">Seconds since it connected; null where hidden.</param>
/// <param name="State">active, idle, idle in transaction, …; null where hidden.</param>
/// <param name="StateAge">Seconds in that state.</param>
/// <param name="TransactionAge">Seconds since the transaction began, null outside of one.</param>
/// <param name="WaitType">wait_event_type.</param>
/// <param name="Query">What it runs or ran last, with the constants that the client sent: it is never shown, only looked at.</param>
/// <param name="Kind">backend_type, null where hidden.</param>
internal sealed record SessionSample(
    int ProcessId, string? Database, string? User, string Application, string? Client, double? Age, string? State, double? StateAge,
        double? TransactionAge, string? WaitType, string Query, string? Kind)
{
    private const string Hidden = "<insufficient privilege>";

    // textsend: the query may be in the encoding of another database, where left would stumble over a character that is none.
    private const string Sql = $"""
        SELECT a.pid, a.datname::text, a.usename::text, coalesce(a.application_name, ''), pg_catalog.host(a.client_addr),
            extract(epoch FROM pg_catalog.clock_timestamp() - a.backend_start)::float8, a.state,
                extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change)::float8,
            extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8, a.wait_event_type,
            pg_catalog.substring(pg_catalog.textsend(coalesce(a.query, '')), 1, 20000), a.backend_type
        FROM pg_catalog.pg_stat_activity a
        WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.datname IS NOT NULL AND a.application_name IS DISTINCT
            FROM '{AuditConnection.ApplicationName}'
        """;

    /// <summary>Whether this role may see no more of it than that it is there.</summary>
    public bool IsHidden => Query == Hidden;

    /// <summary>A client's, in contrast to workers of the server.</summary>
    public bool IsClient => Kind is null or "client backend";

    public static Task<List<SessionSample>> ReadAsync(AuditConnection connection, CancellationToken cancellationToken) => connection.QueryAsync(
        Sql,
        row => new SessionSample(
            row.GetInt32(0), row.Text(1), row.Text(2), row.GetText(3), row.Text(4), row.Double(5), row.Text(6), row.Double(7), row.Double(8),
                row.Text(9), row.GetText(10), row.Text(11)),
        [],
        cancellationToken);
}
