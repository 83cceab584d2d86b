using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>Connections to the shards of a map, each to the server itself.</summary>
/// <param name="options">Where the shards are.</param>
/// <param name="map">The map.</param>
/// <param name="logger">Receives what was done.</param>
/// <param name="clock">Measures waits.</param>
internal sealed class ShardConnections(ShardedOptions options, ShardMap map, ILogger logger, TimeProvider clock) : IMoveShards
{
    private readonly Dictionary<int, NpgsqlDataSource> _sources = [];

    /// <summary>The schema of a shard, quoted.</summary>
    public string SchemaOf(int shard) => SqlIdentifier.Quote(map.Shards[shard].Schema);

    /// <summary>The same as text.</summary>
    public string NameOf(int shard) => map.Shards[shard].Schema;

    public bool AreTogether(int one, int other) => map.Shards[one].Server == map.Shards[other].Server;

    /// <summary>A session with a shard, which is checked first.</summary>
    /// <exception cref="NexusConfigurationException">As that of a connection.</exception>
    async Task<IShardSession> IMoveShards.OpenAsync(int shard, CancellationToken cancellationToken) =>
        new PostgresShardSession(await OpenAsync(shard, cancellationToken).ConfigureAwait(false), this);

    public async Task<int> CountInstancesAsync(int shard, TimeSpan window, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(shard, cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        return await HeardInstances.CountAsync(connection, NameOf(shard), window, clock, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes to rows that are moved are followed by a trigger, which Citus does not take on the tables that it places.</summary>
    public async Task RequireMovableAsync(int shard, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(shard, cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        if (await CitusSchema.IsPlacedAsync(connection, NameOf(shard), cancellationToken).ConfigureAwait(false))
            throw new NexusStateException($"shard {shard}", "is placed by Citus, which takes no triggers, so chats cannot be moved out of it: move "
                + $"the whole schema to another node with citus_schema_move('{NameOf(shard)}', ...) or citus_rebalance_start()");
    }

    public Task SettleBatchesAsync(CancellationToken cancellationToken) => new BatchSettlement(map, async (shard, work) =>
    {
        var connection = await OpenAsync(shard, cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        await work(connection).ConfigureAwait(false);
    }, logger).RunAsync(BatchSettlement.Grace, cancellationToken);

    /// <summary>A connection to a shard, which is checked first.</summary>
    /// <exception cref="NexusConfigurationException">Its address leads to something else, or through a pooler in transaction mode.</exception>
    public async Task<NpgsqlConnection> OpenAsync(int shard, CancellationToken cancellationToken)
    {
        var row = map.Shards[shard];
        var target = options.Of(map, row, new ShardGuard(row));
        if (!_sources.TryGetValue(shard, out var source))
        {
            source = PostgresDataSource.Create(
                target with { MinPoolSize = 0, MaxPoolSize = 5 }, name: $"{PostgresDataSource.Name}-move", use: ConnectionUse.Catalog);
            _sources.Add(shard, source);
            if (!SessionSettings.AreIn(new NpgsqlConnectionStringBuilder(source.ConnectionString)))
                throw DatabaseUrl.Error("chats cannot be moved through a pooler in transaction mode: name the server's own address, too");
        }
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            PostgresShards.Check(
                await PostgresShards.FindAsync(connection, row.Schema, cancellationToken).ConfigureAwait(false), target.Shard, row.Schema,
                $"{connection.Host}:{connection.Port}/{connection.Database}");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values) await source.DisposeAsync().ConfigureAwait(false);
    }
}
