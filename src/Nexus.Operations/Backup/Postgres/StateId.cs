using System.Security.Cryptography;
using System.Text;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>
/// Tells the states of several databases apart. The instant of the first migration stays with the rows through restores, renames and new servers,
/// and two databases do not share its microsecond.
/// </summary>
internal static class StateId
{
    private const string First = "SELECT pg_catalog.min(extract(epoch FROM updated_at))::text FROM {0} WHERE name LIKE 'migration.%'";

    /// <summary>The id; null if the database does not say.</summary>
    public static async Task<string?> ReadAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var sql = First.Replace("{0}", TableCatalog.QualifiedName(schema, "nexus_meta"), StringComparison.Ordinal);
        return await DirectConnection.ScalarAsync<string?>(connection, sql, cancellationToken).ConfigureAwait(false) is { } instant
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"nexus state {schema} {instant}")).AsSpan(0, 8)) : null;
    }
}
