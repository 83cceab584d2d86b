using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Stores;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>Which encryption key sealed the state.</summary>
internal static class CanaryKey
{
    /// <summary>The id of the key; null if nothing was ever sealed.</summary>
    public static async Task<string?> ReadAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var sql = $"SELECT value FROM {TableCatalog.QualifiedName(schema, "nexus_meta")} WHERE name = '{KeyCanary.Name}'";
        var stored = await DirectConnection.ScalarAsync<string?>(connection, sql, cancellationToken).ConfigureAwait(false);
        return stored is null ? null : Sealer.KeyIdOf(stored);
    }
}
