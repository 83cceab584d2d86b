using Npgsql;

namespace Nexus.Storage.Postgres.Migrations;

/// <summary>What the server must be.</summary>
internal static class ServerRequirements
{
    /// <summary>The first with DETACH PARTITION CONCURRENTLY, which retention needs, and the session counters of pg_stat_database, which the audit reads.</summary>
    private const int OldestMajor = 14;

    public static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (version, encoding) = (await connection.RowsAsync(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')",
            [],
            row => (row.GetInt32(0), row.GetString(1)),
            cancellationToken).ConfigureAwait(false))[0];
        Check(version, encoding);
    }

    /// <param name="versionNumber">As in <c>server_version_num</c>: 150018 for 15.18.</param>
    /// <param name="encoding">As in <c>server_encoding</c>.</param>
    /// <exception cref="StoreIncompatibleException">Says which and what is needed.</exception>
    public static void Check(int versionNumber, string encoding)
    {
        var major = versionNumber / 10_000;
        if (major < OldestMajor) throw new StoreIncompatibleException($"the server is PostgreSQL {major}; Nexus needs {OldestMajor} or newer");
        if (encoding != "UTF8") throw new StoreIncompatibleException($"the database's encoding is {encoding}; Nexus needs UTF8: create it with ENCODING 'UTF8' TEMPLATE template0");
    }
}
