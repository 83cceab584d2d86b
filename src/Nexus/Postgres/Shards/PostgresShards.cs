using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What a schema says of itself as a shard.</summary>
/// <param name="MapId">Identifies the sharded database.</param>
/// <param name="Number">0 for the home shard.</param>
/// <param name="Epoch">Grows whenever the shard gets or loses a bucket.</param>
internal sealed record ShardIdentity(Guid MapId, int Number, long Epoch);

/// <summary>One row of the map.</summary>
/// <param name="Number">The shard, 0 for the home shard.</param>
/// <param name="MapId">Identifies the sharded database.</param>
/// <param name="Schema">The schema of its tables.</param>
/// <param name="Server">0 for the home shard's server, otherwise the place in the list of addresses.</param>
/// <param name="Epoch">As <see cref="ShardIdentity.Epoch"/>.</param>
/// <param name="Owned">4,096 characters, <c>1</c> for each bucket that is the shard's own.</param>
internal sealed record ShardRow(int Number, Guid MapId, string Schema, int Server, long Epoch, string Owned)
{
    /// <summary>Its buckets at its epoch.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public OwnBuckets Own => new(Epoch, Owned);
}

/// <summary>The SQL of shards.</summary>
internal static class PostgresShards
{
    /// <summary>
    /// Runs before a read in the same transaction. Its lock keeps the shard's buckets as they are until the read has ended, so that no row that the
    /// read should see can leave in between.
    /// </summary>
    public const string GetEpoch = "SELECT epoch FROM nexus_shard";

    private const string Exists = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = 'nexus_shard')
        """;

    private const string Identity = "SELECT map_id, number, epoch FROM nexus_shard";

    private const string Map = "SELECT number, map_id, schema_name, server, epoch, owned::text FROM nexus_shards ORDER BY number";

    private const string Own = "SELECT epoch, owned::text FROM nexus_shard";

    private const string IsMoving = "SELECT EXISTS (SELECT FROM nexus_moves)";

    public static Query<ShardRow> GetMap() => new(Map, Read);

    /// <summary>The buckets of a shard.</summary>
    public static Query<OwnBuckets> GetOwnBuckets() => new(Own, row => new OwnBuckets(row.GetInt64(0), row.GetString(1)));

    /// <summary>Whether buckets are being moved, or were when a process ended.</summary>
    public static Query<bool> FindMove() => new(IsMoving, row => row.GetBoolean(0));

    /// <summary>What the schema is; null where the database has no shards.</summary>
    public static async Task<ShardIdentity?> FindAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>(Exists, [schema], cancellationToken).ConfigureAwait(false)) return null;
        var found = await connection.RowsAsync(
            SchemaNames.Of(schema).Qualify(Identity), [], row => new ShardIdentity(row.GetGuid(0), row.GetInt32(1), row.GetInt64(2)),
            cancellationToken).ConfigureAwait(false);
        return found is [var only] ? only : null;
    }

    /// <summary>The rows of the map, in the order of their numbers.</summary>
    public static Task<List<ShardRow>> ReadMapAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken) =>
        connection.RowsAsync(SchemaNames.Of(schema).Qualify(Map), [], Read, cancellationToken);

    /// <summary>Refuses a schema that is not what the caller takes it for.</summary>
    /// <exception cref="NexusConfigurationException">Says what it is.</exception>
    public static void Check(ShardIdentity? found, ShardGuard? expected, string schema, string location)
    {
        if (expected is null && found is { Number: 0 })
            throw new NexusConfigurationException(nameof(NexusOptions.Database),
                $"leads to a database with shards, of which {location} is the home shard: it is opened with all of them");
        if (expected is null && found is not null)
            throw new NexusConfigurationException(nameof(NexusOptions.Schema),
                $"{schema} in {location} is shard {found.Number} of a sharded database: name the database and the schema of its home shard");
        if (expected is null || (found?.MapId == expected.MapId && found.Number == expected.Number)) return;
        var what = found is null ? "no shard" : found.MapId == expected.MapId ? $"shard {found.Number}" : "a shard of another database";
        throw new NexusConfigurationException(nameof(NexusOptions.ShardDatabases),
            $"leads to the wrong server: shard {expected.Number} is expected in schema {schema} of {location}, which is {what}; list the addresses "
                + "in the order in which the shards were made");
    }

    private static ShardRow Read(NpgsqlDataReader row) =>
        new(row.GetInt32(0), row.GetGuid(1), row.GetString(2), row.GetInt32(3), row.GetInt64(4), row.GetString(5));
}
