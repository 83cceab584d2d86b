using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>Reads the map of the shards on a connection of its own, before there is a pool.</summary>
internal static class ShardMapReader
{
    /// <summary>Null for a database without shards.</summary>
    /// <exception cref="Errors.StoreUnavailableException">The home shard cannot be reached.</exception>
    /// <exception cref="Errors.StoreIncompatibleException">The map is damaged.</exception>
    public static async Task<ShardMap?> FindAsync(PostgresOptions home, CancellationToken cancellationToken)
    {
        try
        {
            var source = PostgresDataSource.Create(home with { MinPoolSize = 0 }, name: $"{PostgresDataSource.Name}-map", use: ConnectionUse.One);
            await using var end = source.ConfigureAwait(false);
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var close = connection.ConfigureAwait(false);
            return await PostgresShards.FindAsync(connection, home.Schema, cancellationToken).ConfigureAwait(false) is null ? null
                : ShardMap.Of(await PostgresShards.ReadMapAsync(connection, home.Schema, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }
}
