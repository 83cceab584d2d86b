using Nexus.Errors;

namespace Nexus.Sharding;

/// <summary>
/// Counts the instances that have a shard open, by their heartbeats. An instance that does not know a shard has to be started again before chats move
/// there.
/// </summary>
internal static class RunningInstances
{
    /// <summary>Each beats twice a second.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    /// <summary>Instances begin and end meanwhile, and take a new shard over within 5 s.</summary>
    private const int Attempts = 5;

    /// <summary>Refuses a shard that some instance has not open.</summary>
    /// <param name="shards">Connections.</param>
    /// <param name="shard">The shard that gets its first chats.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NexusStateException">Says how many instances have to be started again.</exception>
    public static async Task RequireAsync(IMoveShards shards, int shard, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var counts = await Task.WhenAll(
                shards.CountInstancesAsync(0, Window, cancellationToken), shards.CountInstancesAsync(shard, Window, cancellationToken))
                .ConfigureAwait(false);
            if (counts[1] >= counts[0]) return;
            if (attempt == Attempts)
                throw new NexusStateException($"shard {shard}",
                    $"is not open in {counts[0] - counts[1]} of the {counts[0]} instances that have the database open: start them again with the "
                        + $"{nameof(NexusOptions)}.{nameof(NexusOptions.ShardDatabases)} of this command");
        }
    }
}
