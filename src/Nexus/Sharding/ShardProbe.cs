using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>Looks at one shard on one connection.</summary>
internal static class ShardProbe
{
    private const string Size = """
        SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'
        """;

    /// <summary>A table may be locked for hours, by VACUUM FULL or a migration; the other shards are shown without it.</summary>
    private const string BoundWait = "SELECT pg_catalog.set_config('lock_timeout', '2s', true)";

    public static async Task<ShardStatus> ReadAsync(ShardedOptions options, ShardMap map, ShardRow shard, CancellationToken cancellationToken)
    {
        var status = new ShardStatus(
            shard.Number, "", shard.Schema, IsReachable: false, shard.Owned.Count(bucket => bucket == '1'), shard.Epoch, 0, 0, 0, 0, 0);
        try
        {
            var target = options.Of(map, shard, new ShardGuard(shard));
            var source = PostgresDataSource.Create(
                target with { MinPoolSize = 0 }, name: $"{PostgresDataSource.Name}-probe", use: ConnectionUse.One);
            await using var end = source.ConfigureAwait(false);
            var address = new NpgsqlConnectionStringBuilder(source.ConnectionString);
            status = status with { Location = $"{address.Host}:{address.Port}/{address.Database}" };
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var close = connection.ConfigureAwait(false);
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var finish = transaction.ConfigureAwait(false);
            await connection.ExecuteAsync(BoundWait, cancellationToken).ConfigureAwait(false);
            PostgresShards.Check(
                await PostgresShards.FindAsync(connection, shard.Schema, cancellationToken).ConfigureAwait(false), target.Shard, shard.Schema,
                status.Location);
            var query = PostgresMeta.GetStatus("postgresql", status.Location, beside: 0, poolMax: 0);
            using var batch = new NpgsqlBatch(connection);
            query.AddTo(batch, SchemaNames.Of(shard.Schema));
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var store = query.Read(reader);
                status = status with
                {
                    SchemaVersion = store.SchemaVersion,
                    Sessions = store.Sessions,
                    Users = store.Users,
                    Trades = store.Trades,
                };
            }
            var size = await connection.ScalarAsync<long>(Size, [shard.Schema], cancellationToken).ConfigureAwait(false);
            var unsettled = await BatchSettlement.CountAsync(connection, map.Id, shard.Server, cancellationToken).ConfigureAwait(false);
            return status with { SizeBytes = size, IsReachable = true, UnsettledBatches = unsettled };
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is NexusException)
        {
            return status with { Problem = PostgresErrors.Translate(error).Message };
        }
    }
}
