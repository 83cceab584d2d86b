using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Failover;
using Nexus.Sharding;

namespace Nexus.Faults;

/// <summary>A process that moves buckets and stops for good in one step. The line <c>at phase</c> says when.</summary>
internal static class MoverVictim
{
    public static async Task<int> RunAsync(string database, string servers, string keys, string buckets, int target, string phase)
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        var options = new NexusOptions { Database = database, ShardDatabases = servers, Keys = keys, Fallback = FallbackMode.Off };
        await ShardedDatabase.MoveAsync(
            options, buckets, target, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, new Stop(output, phase),
            CancellationToken.None);
        await output.WriteLineAsync("moved");
        return 0;
    }

    private sealed class Stop(StreamWriter output, string phase) : IProgress<ShardMoveProgress>
    {
        public void Report(ShardMoveProgress value)
        {
            if (value.Phase.ToString() != phase) return;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at {value.Phase}"));
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
