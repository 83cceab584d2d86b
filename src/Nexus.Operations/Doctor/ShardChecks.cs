using Nexus.Postgres;
using Nexus.Sharding;

namespace Nexus.Operations.Doctor;

/// <summary>What a database with shards needs beside one without: every server, and connections to each shard.</summary>
/// <param name="run">Receives the findings.</param>
/// <param name="options">The store.</param>
internal sealed class ShardChecks(DoctorRun run, NexusOptions options)
{
    private const string Unavailable =
        "Start its server, or correct its address: database.shards (NEXUS_SHARD_URLS) lists the further servers, always in the same order.";

    /// <summary>The shards; empty if the database has none.</summary>
    public IReadOnlyList<ShardStatus> Found { get; private set; } = [];

    /// <summary>Whether the shards are on several servers.</summary>
    public bool AreOnSeveralServers => Found.Any(shard => shard.Location != Found[0].Location);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        Found = await ShardedDatabase.GetStatusAsync(options, cancellationToken).ConfigureAwait(false);
        if (Found.Count == 0) return;
        foreach (var shard in Found.Where(shard => shard is { IsReachable: false, Problem: not null }))
            run.Problem(DoctorChecks.Store, $"shard {shard.Number} ({shard.Location}, schema {shard.Schema}): {shard.Problem}", Unavailable);
        foreach (var server in Found.Where(shard => shard.IsReachable).GroupBy(shard => shard.Location))
            run.Ok(DoctorChecks.Store, $"shards {string.Join(", ", server.Select(shard => shard.Number))} at {server.Key} respond");
        foreach (var old in Found.Where(shard => shard.IsReachable && shard.SchemaVersion < Found.Max(other => other.SchemaVersion)))
        {
            run.Warning(
                DoctorChecks.Versions, $"shard {old.Number} has schema version {old.SchemaVersion}, which is older than that of others",
                "Run nexus migrate, which brings every shard up to date.");
        }
    }

    /// <summary>The objects of each shard that responds, without the home shard's.</summary>
    public async Task CheckSchemasAsync(CancellationToken cancellationToken)
    {
        var shards = await ShardedDatabase.ListAsync(options, cancellationToken).ConfigureAwait(false);
        foreach (var (shard, database) in Found.Zip(shards).Skip(1).Where(pair => pair.First.IsReachable))
        {
            var source = PostgresDataSource.Create(database, null, "doctor-shard", ConnectionUse.One);
            await using var end = source.ConfigureAwait(false);
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var close = connection.ConfigureAwait(false);
            await new SchemaChecks(run, database.Schema, $"schema {database.Schema} of shard {shard.Number}", isShard: true)
                .CheckAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The connections that an instance may open to the home shard's server.</summary>
    /// <param name="most">The connections of the settings.</param>
    public async Task<int> PoolAtHomeAsync(int most, CancellationToken cancellationToken)
    {
        if (Found.Count == 0) return most;
        var shards = await ShardedDatabase.ListAsync(options, cancellationToken).ConfigureAwait(false);
        return Found.Zip(shards).Where(pair => pair.First.Location == Found[0].Location).Sum(pair => pair.Second.MaxPoolSize);
    }
}
