using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Postgres;
using Nexus.Sharding;

namespace Nexus;

/// <summary>Makes and inspects the shards of a PostgreSQL database: docs/scaling.md.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class ShardedDatabase
{
    /// <summary>Gives a new database its shards. Safe to repeat: an interrupted call is finished, and existing shards stay as they are.</summary>
    /// <param name="options">The home shard, and the further servers.</param>
    /// <param name="shards">How many shards, the home shard counted, 2 to 256.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="progress">Receives the number of each shard that is ready.</param>
    /// <param name="cancellationToken">Stops between two steps; repeat the call to finish.</param>
    /// <returns>The shards.</returns>
    /// <exception cref="NexusValidationException">The number is out of its range, or differs from that of the shards that are there.</exception>
    /// <exception cref="NexusConfigurationException">The database holds records of chats, or a schema is in use by something else.</exception>
    /// <exception cref="StoreUnavailableException">A server cannot be reached.</exception>
    public static async Task<IReadOnlyList<ShardStatus>> InitializeAsync(
        NexusOptions options, int shards, ILoggerFactory loggers, TimeProvider clock, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        RequirePostgres(options);
        var sharded = options.ForShards();
        var map = await new ShardSetup(sharded, loggers.CreateLogger<PostgresMigrator>(), clock).RunAsync(shards, progress, cancellationToken)
            .ConfigureAwait(false);
        return await ProbeAsync(sharded, map, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Adds a shard without chats to a database with shards, while it is in use. Instances that know its server open it within 5 s; chats are moved
    /// there by <see cref="RebalanceAsync"/> or <see cref="MoveAsync"/>, which refuse while an instance does not know it. Safe to repeat after an
    /// interruption.
    /// </summary>
    /// <param name="options">The home shard, and the further servers; the address of a new one is the last.</param>
    /// <param name="server">0 for the home shard's server, 1 for the first further one; null: the one with the fewest shards.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="cancellationToken">Stops between two steps; repeat the call to finish.</param>
    /// <returns>The shards, the new one last.</returns>
    /// <exception cref="NexusValidationException">The server is not in the list, or the database has 256 shards.</exception>
    /// <exception cref="NexusConfigurationException">The database has no shards, or a schema is in use by something else.</exception>
    /// <exception cref="StoreUnavailableException">A server cannot be reached.</exception>
    public static async Task<IReadOnlyList<ShardStatus>> AddAsync(
        NexusOptions options, int? server, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        RequirePostgres(options);
        var sharded = options.ForShards();
        var map = await new ShardSetup(sharded, loggers.CreateLogger<PostgresMigrator>(), clock).AddAsync(server, cancellationToken)
            .ConfigureAwait(false);
        return await ProbeAsync(sharded, map, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The shards of a database. One that does not respond is reported, not thrown.</summary>
    /// <param name="options">The home shard, and the further servers.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The shards by their numbers; empty if the database has no shards.</returns>
    /// <exception cref="StoreUnavailableException">The home shard cannot be reached.</exception>
    public static async Task<IReadOnlyList<ShardStatus>> GetStatusAsync(NexusOptions options, CancellationToken cancellationToken)
    {
        RequirePostgres(options);
        var sharded = options.ForShards();
        return await ShardMapReader.FindAsync(sharded.Home, cancellationToken).ConfigureAwait(false) is { } map
            ? await ProbeAsync(sharded, map, cancellationToken).ConfigureAwait(false)
            : [];
    }

    /// <summary>The options of each shard's database, by their numbers; those of the database itself if it has no shards.</summary>
    /// <param name="options">The home shard, and the further servers.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The home shard cannot be reached.</exception>
    public static async Task<IReadOnlyList<PostgresOptions>> ListAsync(NexusOptions options, CancellationToken cancellationToken)
    {
        RequirePostgres(options);
        var sharded = options.ForShards();
        return await ShardMapReader.FindAsync(sharded.Home, cancellationToken).ConfigureAwait(false) is { } map
            ? [.. map.Shards.Select(shard => sharded.Of(map, shard, new ShardGuard(shard)))]
            : [sharded.Home];
    }

    /// <summary>
    /// Moves buckets of chats to a shard while the database is in use. Writes to them wait for less than a second; a call that was interrupted, by
    /// the end of its process too, has lost and doubled nothing, and the next one finishes or undoes what it had begun.
    /// </summary>
    /// <param name="options">The home shard, and the further servers.</param>
    /// <param name="buckets">Numbers of 0 to 4,095 and ranges, separated by commas: <c>7,100-199</c>. Those that the shard has already stay.</param>
    /// <param name="target">The shard that gets them.</param>
    /// <param name="isDryRun">Returns what would be moved, and changes nothing.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="progress">Receives each step.</param>
    /// <param name="cancellationToken">Ends the call. Buckets that are being copied stay where they were.</param>
    /// <returns>What was moved.</returns>
    /// <exception cref="NexusValidationException">A bucket or the shard does not exist.</exception>
    /// <exception cref="NexusConfigurationException">The database has no shards, or an address leads elsewhere.</exception>
    /// <exception cref="NexusStateException">Another process moves buckets.</exception>
    /// <exception cref="StoreUnavailableException">A server cannot be reached, or its tables are in use without a pause.</exception>
    public static Task<IReadOnlyList<ShardMoveStep>> MoveAsync(
        NexusOptions options, string buckets, int target, bool isDryRun, ILoggerFactory loggers, TimeProvider clock,
        IProgress<ShardMoveProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(buckets);
        var set = BucketSet.Parse(buckets);
        return RunAsync(options, map => ShardPlan.Move(map, set, target), isDryRun, loggers, clock, progress, cancellationToken);
    }

    /// <summary>
    /// Moves buckets so that every shard has about as many as every other. With the fewest moves; otherwise as <see cref="MoveAsync"/>.
    /// </summary>
    /// <param name="options">The home shard, and the further servers.</param>
    /// <param name="except">Shards that get none and lose those that they have.</param>
    /// <param name="isDryRun">Returns what would be moved, and changes nothing.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="progress">Receives each step.</param>
    /// <param name="cancellationToken">Ends the call. Buckets that are being copied stay where they were.</param>
    /// <returns>What was moved.</returns>
    /// <exception cref="NexusValidationException">A shard does not exist, or none is left.</exception>
    /// <exception cref="NexusConfigurationException">The database has no shards, or an address leads elsewhere.</exception>
    /// <exception cref="NexusStateException">Another process moves buckets.</exception>
    /// <exception cref="StoreUnavailableException">A server cannot be reached, or its tables are in use without a pause.</exception>
    public static Task<IReadOnlyList<ShardMoveStep>> RebalanceAsync(
        NexusOptions options, IReadOnlyCollection<int> except, bool isDryRun, ILoggerFactory loggers, TimeProvider clock,
        IProgress<ShardMoveProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(except);
        return RunAsync(options, map => ShardPlan.Rebalance(map, except), isDryRun, loggers, clock, progress, cancellationToken);
    }

    /// <summary>Moves all buckets of a shard to the others, those with the fewest first; otherwise as <see cref="MoveAsync"/>.</summary>
    /// <param name="options">The home shard, and the further servers.</param>
    /// <param name="shard">The shard. The home shard keeps what belongs to no chat.</param>
    /// <param name="isDryRun">Returns what would be moved, and changes nothing.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="progress">Receives each step.</param>
    /// <param name="cancellationToken">Ends the call. Buckets that are being copied stay where they were.</param>
    /// <returns>What was moved.</returns>
    /// <exception cref="NexusValidationException">The shard does not exist.</exception>
    /// <exception cref="NexusConfigurationException">The database has no shards, or an address leads elsewhere.</exception>
    /// <exception cref="NexusStateException">Another process moves buckets.</exception>
    /// <exception cref="StoreUnavailableException">A server cannot be reached, or its tables are in use without a pause.</exception>
    public static Task<IReadOnlyList<ShardMoveStep>> DrainAsync(
        NexusOptions options, int shard, bool isDryRun, ILoggerFactory loggers, TimeProvider clock, IProgress<ShardMoveProgress>? progress,
        CancellationToken cancellationToken) =>
        RunAsync(options, map => ShardPlan.Drain(map, shard), isDryRun, loggers, clock, progress, cancellationToken);

    /// <summary>The move of buckets that is under way or was interrupted.</summary>
    /// <param name="options">The home shard, and the further servers.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The buckets that are moved together now; null if there is no move.</returns>
    /// <exception cref="StoreUnavailableException">The home shard cannot be reached.</exception>
    public static Task<ShardMoveStep?> FindMoveAsync(NexusOptions options, CancellationToken cancellationToken)
    {
        RequirePostgres(options);
        return new ShardMover(
            new PostgresShardServers(options.ForShards(), NullLoggerFactory.Instance, TimeProvider.System), NullLogger.Instance, TimeProvider.System)
            .FindAsync(cancellationToken);
    }

    private static Task<IReadOnlyList<ShardMoveStep>> RunAsync(
        NexusOptions options, Func<ShardMap, IReadOnlyList<PlannedMove>> plan, bool isDryRun, ILoggerFactory loggers, TimeProvider clock,
        IProgress<ShardMoveProgress>? progress, CancellationToken cancellationToken)
    {
        RequirePostgres(options);
        var servers = new PostgresShardServers(options.ForShards(), loggers, clock);
        return new ShardMover(servers, loggers.CreateLogger<ShardMover>(), clock).RunAsync(plan, isDryRun, progress, cancellationToken);
    }

    private static Task<ShardStatus[]> ProbeAsync(ShardedOptions options, ShardMap map, CancellationToken cancellationToken) =>
        Task.WhenAll(map.Shards.Select(shard => ShardProbe.ReadAsync(options, map, shard, cancellationToken)));

    private static void RequirePostgres(NexusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.UsesPostgres)
            throw new NexusConfigurationException(nameof(NexusOptions.Database), "names no database: only PostgreSQL has shards");
    }
}
