using System.Text;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What the server must be.</summary>
internal static class ServerRequirements
{
    /// <summary>
    /// The first with DETACH PARTITION CONCURRENTLY, which retention needs, and the session counters of pg_stat_database, which the audit reads.
    /// </summary>
    private const int OldestMajor = 14;

    public static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (product, isLimitless, version, encoding) = (await connection.RowsAsync(
            $"SELECT version(), to_regclass('{ServerProducts.LimitlessView}') IS NOT NULL, current_setting('server_version_num')::int, "
                + "current_setting('server_encoding')",
            [],
            row => (row.GetString(0), row.GetBoolean(1), row.GetInt32(2), row.GetString(3)),
            cancellationToken).ConfigureAwait(false))[0];
        ServerProducts.Check(product, isLimitless);
        Check(version, encoding);
    }

    /// <param name="versionNumber">As in <c>server_version_num</c>: 150018 for 15.18.</param>
    /// <param name="encoding">As in <c>server_encoding</c>.</param>
    /// <exception cref="StoreIncompatibleException">Says which and what is needed.</exception>
    public static void Check(int versionNumber, string encoding)
    {
        var major = versionNumber / 10_000;
        if (major < OldestMajor) throw new StoreIncompatibleException($"the server is PostgreSQL {major}; Nexus needs {OldestMajor} or newer");
        if (encoding != "UTF8")
            throw new StoreIncompatibleException(
                $"the database's encoding is {encoding}; Nexus needs UTF8: create it with ENCODING 'UTF8' TEMPLATE template0");
    }

    /// <summary>
    /// Who else may create objects in the schema, shortened; null for nobody. Superusers and the owners of the schema and the database may do
    /// anything anyhow.
    /// </summary>
    public static async Task<string?> FindPlantersAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var found = await connection.RowsAsync(
            """
            SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE r.rolname::text END
            FROM pg_catalog.pg_namespace n
            CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
            LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
            WHERE n.nspname = $1 AND a.privilege_type = 'CREATE'
              AND (a.grantee = 0 OR (r.rolname NOT IN (current_user, session_user, 'pg_database_owner') AND NOT r.rolsuper AND r.oid <> n.nspowner))
            ORDER BY 1 LIMIT 6
            """,
            [schema],
            row => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), // A role named in a database of another encoding may be no valid UTF-8.
            cancellationToken).ConfigureAwait(false);
        return found.Count == 0
            ? null
            : string.Join(", ", found.Take(5).Select(role => new string([.. role.Where(c => !char.IsControl(c))]))) + (found.Count > 5 ? ", …" : "");
    }

    /// <summary>Whether what was sent at the start is in force: a pooler may have dropped it.</summary>
    /// <exception cref="NexusConfigurationException">Names the first setting that is not.</exception>
    public static async Task CheckSettingsAsync(NpgsqlConnection connection, NpgsqlConnectionStringBuilder settings,
        CancellationToken cancellationToken)
    {
        var inForce = await connection.RowsAsync(
            "SELECT name, setting FROM pg_catalog.pg_settings WHERE name = ANY ($1) OR name = 'session_replication_role'",
            [SessionSettings.All.Select(setting => setting.Name).ToArray()],
            row => (Name: row.GetString(0), Value: row.GetString(1)),
            cancellationToken).ConfigureAwait(false);
        var values = inForce.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.OrdinalIgnoreCase);
        if (values.GetValueOrDefault("session_replication_role", "origin") == "replica")
            throw DatabaseUrl.Error("the role or the database sets session_replication_role = replica, which switches triggers and foreign keys off: "
                + "ALTER ROLE or ALTER DATABASE … RESET session_replication_role");
        foreach (var setting in SessionSettings.All)
        {
            if (setting.IsLimit || !values.TryGetValue(setting.Name, out var value) || value == setting.Value) continue;
            throw DatabaseUrl.Error($"the setting {setting.Name} does not reach the server, as behind a pooler that drops startup parameters: write "
                + "pgbouncer=true, or connect to the server directly");
        }
    }
}
