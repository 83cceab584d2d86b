using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.Sharding;

namespace Nexus.Faults;

/// <summary>A process that saves sessions on several servers as a whole and stops for good at one stage. The line <c>there</c> says when.</summary>
internal static class BatchVictim
{
    /// <param name="database">The home shard.</param>
    /// <param name="servers">The others.</param>
    /// <param name="keys">The key ring.</param>
    /// <param name="chats">The sessions, separated by commas.</param>
    /// <param name="config">What is saved.</param>
    /// <param name="stage">Where it stops.</param>
    /// <param name="time">At which time that it gets there.</param>
    public static async Task<int> RunAsync(string database, string servers, string keys, string chats, string config, string stage, int time)
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        var options = new NexusOptions
        {
            Database = database,
            ShardDatabases = servers,
            Keys = keys,
            Fallback = FallbackMode.Off,
            TwoPhaseBatches = true,
        };
        await using var store = new ShardedStore(options.ForShards(), NullLoggerFactory.Instance, TimeProvider.System);
        await store.OpenAsync(CancellationToken.None);
        store.BatchReached = reached =>
        {
            if (reached.ToString() != stage || --time > 0) return;
            output.WriteLine("there");
            Thread.Sleep(Timeout.Infinite);
        };
        await store.ApplyAsync(
            [.. chats.Split(',').Select(chat => new Sessions.SaveSession(
                chat, SealedField.Set(null), SealedField.Set(null), Encoding.UTF8.GetBytes(config), null))],
            atomic: true, CancellationToken.None);
        await output.WriteLineAsync("saved");
        return 0;
    }
}
