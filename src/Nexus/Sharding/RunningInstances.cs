using Nexus.Errors;
using Nexus.Postgres;

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
    /// <param name="clock">Measures the time in which heartbeats are counted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NexusStateException">Says how many instances have to be started again.</exception>
    public static async Task RequireAsync(ShardConnections shards, int shard, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var counts = await Task.WhenAll(
                CountAsync(shards, 0, clock, cancellationToken), CountAsync(shards, shard, clock, cancellationToken)).ConfigureAwait(false);
            if (counts[1] >= counts[0]) return;
            if (attempt == Attempts)
                throw new NexusStateException($"shard {shard}",
                    $"is not open in {counts[0] - counts[1]} of the {counts[0]} instances that have the database open: start them again with the "
                        + $"{nameof(NexusOptions)}.{nameof(NexusOptions.ShardDatabases)} of this command");
        }
    }

    private static async Task<int> CountAsync(ShardConnections shards, int shard, TimeProvider clock, CancellationToken cancellationToken)
    {
        var connection = await shards.OpenAsync(shard, cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        HashSet<string> senders = [];
        var reader = new NoticeReader(new ChangeNotice(shards.NameOf(shard)));
        connection.Notification += (_, heard) =>
        {
            // Every instance names its mode.
            if (reader.Read(heard.Payload) is { Sender: { Length: > 0 } sender, Mode: not null }) senders.Add(sender);
        };
        await connection.ExecuteAsync($"LISTEN {ChangeNotice.Channel}", cancellationToken).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(Window, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (true) await connection.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The window is over.
        }
        await connection.ExecuteAsync($"UNLISTEN {ChangeNotice.Channel}", cancellationToken).ConfigureAwait(false);
        return senders.Count;
    }
}
