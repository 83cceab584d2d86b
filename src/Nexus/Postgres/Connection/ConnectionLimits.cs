using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>How many connections the server gives this role, by its settings.</summary>
/// <param name="Allowed">The smallest of the limits below.</param>
/// <param name="Reason">Which it is.</param>
internal readonly record struct ConnectionLimits(int Allowed, string Reason)
{
    private const int Listening = 2;

    /// <summary>With fewer connections than this the monitoring takes one when there is one.</summary>
    private const int FewestWithMonitoring = 8;

    /// <summary>The fewest with which Nexus works.</summary>
    public const int Fewest = Listening + 1;

    /// <summary>Beside the pool: one that listens for changes, one that proves it, and one that the server's monitoring opens.</summary>
    /// <param name="all">All connections of Nexus.</param>
    public static int BesidePool(int all) => all < FewestWithMonitoring ? Listening : Listening + 1;

    /// <summary>All connections of Nexus.</summary>
    /// <param name="pool">Those of the pool.</param>
    public static int AllOf(int pool) => pool + (pool <= FewestWithMonitoring - Listening - 1 ? Listening : Listening + 1);

    /// <summary>Connections of the pool that stay open while nobody uses them: the half of what is allowed, with those beside the pool.</summary>
    /// <param name="wanted">The minimum that was asked for.</param>
    public int Resting(int wanted) => Math.Min(wanted, Math.Max(1, (Allowed / 2) - BesidePool(Allowed)));

    // Only max_connections limits superusers. reserved_connections exists since version 16.
    private const string Sql = """
        SELECT CASE WHEN r.rolsuper THEN -1 ELSE r.rolconnlimit END, CASE WHEN r.rolsuper THEN -1 ELSE d.datconnlimit END,
            pg_catalog.current_setting('max_connections')::int - CASE WHEN r.rolsuper THEN 0 ELSE
                pg_catalog.current_setting('superuser_reserved_connections')::int
                + coalesce(nullif(pg_catalog.current_setting('reserved_connections', true), '')::int, 0) END
        FROM pg_catalog.pg_roles r, pg_catalog.pg_database d WHERE r.rolname = session_user AND d.datname = pg_catalog.current_database()
        """;

    public static async Task<ConnectionLimits> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.RowsAsync(Sql, [], row => (Role: row.GetInt32(0), Database: row.GetInt32(1), Server: row.GetInt32(2)),
            cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? new(int.MaxValue, "") : Smallest(rows[0].Role, rows[0].Database, rows[0].Server);
    }

    /// <param name="role">Of the role; negative: none.</param>
    /// <param name="database">Of the database; negative: none.</param>
    /// <param name="server">What the server has for ordinary roles.</param>
    public static ConnectionLimits Smallest(int role, int database, int server) =>
        new[] { new ConnectionLimits(role, "the role's CONNECTION LIMIT"), new(database, "the database's CONNECTION LIMIT"),
            new(server, "max_connections minus the reserved connections") }
            .Where(limit => limit.Allowed >= 0).MinBy(limit => limit.Allowed);

    /// <exception cref="NexusConfigurationException">Nexus cannot work with so few.</exception>
    public void Check()
    {
        if (Allowed >= Fewest) return;
        throw DatabaseUrl.Error(
            $"{Reason} allows {Allowed} connections; Nexus needs at least {Fewest} (one for reads and writes, one that listens for "
                + "change notices, one that sends them), and 5 or more are better: raise the limit, such as with ALTER ROLE … CONNECTION LIMIT 5");
    }
}
