using System.Globalization;
using System.Text;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Tasks;

namespace Nexus.Faults;

/// <summary>
/// A process of workers that claim due tasks and complete their runs. Lines: <c>done id fence</c> for a run that was completed, <c>stale id fence</c>
/// for one that another worker took over.
/// </summary>
internal static class TaskVictim
{
    public static async Task<int> RunAsync(string database, string folder, string keys, int workers, int leaseMilliseconds, int limit)
    {
        await using var output = TextWriter.Synchronized(
            new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true });
        await using var db = await NexusDb.OpenAsync(new NexusOptions
        {
            Database = database,
            DataFolder = folder,
            Keys = keys,
            Fallback = FallbackMode.Off,
            MaxPoolSize = 8,
        });
        using var stop = new CancellationTokenSource();
        var lease = TimeSpan.FromMilliseconds(leaseMilliseconds);
        var working = Enumerable.Range(0, workers).Select(worker =>
            Task.Run(() => WorkAsync(db.Tasks, worker, lease, limit, output, stop.Token))).ToArray();
        await Console.In.ReadToEndAsync();
        await stop.CancelAsync();
        await Task.WhenAll(working);
        return 0;
    }

    private static async Task WorkAsync(NexusTasks tasks, int worker, TimeSpan lease, int limit, TextWriter output, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var claimed = await RepeatAsync(() => tasks.ClaimDueAsync(limit, lease, $"{Environment.ProcessId}/{worker}", CancellationToken.None));
            await Task.WhenAll(claimed.Select(claim => CompleteAsync(tasks, claim, output)));
            if (claimed.Count == 0) await Task.Delay(50, CancellationToken.None);
        }
    }

    private static async Task CompleteAsync(NexusTasks tasks, ClaimedTask claim, TextWriter output)
    {
        var run = string.Create(CultureInfo.InvariantCulture, $"{claim.Task.Id} {claim.Lease.Fence}");
        await Task.Delay(2);
        try
        {
            await RepeatAsync(() => tasks.CompleteAsync(claim));
            await output.WriteLineAsync($"done {run}");
        }
        catch (NexusStateException)
        {
            await output.WriteLineAsync($"stale {run}");
        }
    }

    /// <summary>
    /// A process that was frozen, or whose machine is busy, finds that its calls have timed out. What they claimed meanwhile is taken over.
    /// </summary>
    private static async Task<T> RepeatAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (NexusException error) when (error.IsTransient)
            {
                await Task.Delay(100);
            }
        }
    }
}
