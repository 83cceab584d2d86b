using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

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

    /// <summary>Counts those that are heard on a connection to a shard.</summary>
    public static async Task<int> CountAsync(
        NpgsqlConnection connection, string schema, TimeSpan window, TimeProvider clock, CancellationToken cancellationToken)
    {
        HashSet<string> senders = [];
        var reader = new NoticeReader(new ChangeNotice(schema));
        connection.Notification += (_, heard) =>
        {
            // Every instance names its mode.
            if (reader.Read(heard.Payload) is { Sender: { Length: > 0 } sender, Mode: not null }) senders.Add(sender);
        };
        await connection.ExecuteAsync($"LISTEN {ChangeNotice.Channel}", cancellationToken).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(window, clock);
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
