using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>Adds a shard to a database that has some, and is in use.</summary>
internal sealed partial class ShardSetup
{
    /// <summary>
    /// Makes one more shard, which has no chats yet. Safe to repeat: a call that was interrupted before the shard was in the map is finished by the
    /// next one.
    /// </summary>
    /// <param name="server">0 for the home shard's server, otherwise the place in the list of addresses; null: one without a shard, or else the one
    /// with the fewest.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The map.</returns>
    /// <exception cref="NexusValidationException">The server is not in the list, or the database has the most shards that are possible.</exception>
    /// <exception cref="NexusConfigurationException">The database has no shards.</exception>
    public async Task<ShardMap> AddAsync(int? server, CancellationToken cancellationToken)
    {
        if (server is { } named && (named < 0 || named > options.Servers.Count))
            throw new NexusValidationException("server", options.Servers.Count == 0
                ? "must be 0, because NexusOptions.ShardDatabases names no further server"
                : $"must be 0 for the home shard's server, or 1 to {options.Servers.Count} for one of NexusOptions.ShardDatabases");
        var home = options.Home.Schema;
        var source = PostgresDataSource.Create(options.Home with { MinPoolSize = 0 }, name: $"{PostgresDataSource.Name}-shards");
        await using var end = source.ConfigureAwait(false);
        var migrator = new PostgresMigrator(source, home, logger, clock);
        await migrator.VerifyAsync(cancellationToken).ConfigureAwait(false);
        var session = (await migrator.LockAsync("shards", ifPending: false, progress: null, cancellationToken).ConfigureAwait(false))!;
        await using var release = session.ConfigureAwait(false);
        return await PostgresMigrator.GuardAsync(home, async token =>
        {
            var connection = session.Connection;
            var found = await PostgresShards.FindAsync(connection, home, token).ConfigureAwait(false);
            if (found is not { Number: 0 })
                throw new NexusConfigurationException(nameof(NexusOptions.Database), found is null
                    ? "names a database without shards; shards can be made only in a database that holds no chats yet"
                    : "names a shard: name the database and the schema of its home shard");
            var map = ShardMap.Of(await PostgresShards.ReadMapAsync(connection, home, token).ConfigureAwait(false));
            if (map.Shards.Count == ShardMap.MaxShards)
                throw new NexusValidationException("shards", $"must be at most {ShardMap.MaxShards}, which the database has already");
            var added = new ShardRow(
                map.Shards.Count, map.Id, SchemaOf(map.Shards.Count), server ?? ChooseServer(map), Epoch: 1, new string('0', Chats.ChatBucket.Count));
            var extended = ShardMap.Of([.. map.Shards, added]);
            await MakeAsync(extended, added, isInUse: false, token).ConfigureAwait(false);
            await connection.ExecuteAsync(
                AddRow, [added.Number, added.MapId, added.Schema, added.Server, added.Epoch, added.Owned], token).ConfigureAwait(false);
            return extended;
        }, cancellationToken).ConfigureAwait(false);
    }

    private int ChooseServer(ShardMap map) =>
        Enumerable.Range(0, options.Servers.Count + 1).OrderBy(server => map.Shards.Count(shard => shard.Server == server))
            .ThenBy(server => server).First();
}
