using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>What a shard says of itself, or the map of it: its buckets, and the epoch that grows with their changes.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Buckets">The buckets.</param>
internal sealed record ShardRecord(long Epoch, BucketSet Buckets)
{
    public ShardRecord Give(BucketSet buckets) => new(Epoch + 1, Buckets.Without(buckets));

    public ShardRecord Take(BucketSet buckets) => new(Epoch + 1, Buckets.With(buckets));

    /// <summary>The same buckets at the next epoch.</summary>
    public ShardRecord Next() => this with { Epoch = Epoch + 1 };

    /// <summary>By the shard's own schema, quoted.</summary>
    public static async Task<ShardRecord> ReadAsync(NpgsqlConnection connection, string schema) =>
        (await connection.RowsAsync($"SELECT epoch, owned::text FROM {schema}.nexus_shard", [], Read, CancellationToken.None)
            .ConfigureAwait(false))[0];

    public Task SaveAsync(NpgsqlConnection connection, string schema) => connection.ExecuteAsync(
        $"UPDATE {schema}.nexus_shard SET epoch = $1, owned = $2::bit(4096)", [Epoch, Buckets.ToBits()], CancellationToken.None);

    /// <summary>By the map on the home shard.</summary>
    public static async Task<ShardRecord> ReadFromMapAsync(NpgsqlConnection home, string schema, int shard) =>
        (await home.RowsAsync($"SELECT epoch, owned::text FROM {schema}.nexus_shards WHERE number = $1", [shard], Read, CancellationToken.None)
            .ConfigureAwait(false))[0];

    public static Task SaveToMapAsync(NpgsqlConnection home, string schema, int shard, ShardRecord record) => home.ExecuteAsync(
        $"UPDATE {schema}.nexus_shards SET epoch = $2, owned = $3::bit(4096) WHERE number = $1", [shard, record.Epoch, record.Buckets.ToBits()],
        CancellationToken.None);

    private static ShardRecord Read(NpgsqlDataReader row) => new(row.GetInt64(0), BucketSet.OfBits(row.GetString(1)));
}
