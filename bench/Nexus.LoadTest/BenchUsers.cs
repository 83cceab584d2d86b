using System.Diagnostics;

namespace Nexus.LoadTest;

/// <summary>The concurrent users. Each runs one operation after the other until the time is over.</summary>
internal sealed class BenchUsers(IBenchClient client, BenchLedger ledger, BenchRecorder recorder, int users, int seed, TimeProvider clock)
{
    public async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(
            Enumerable.Range(0, users).Select(
                user => Task.Run(() => WorkAsync(user, end, cancellationToken), cancellationToken))).ConfigureAwait(false);
    }

    private async Task WorkAsync(int user, long end, CancellationToken cancellationToken)
    {
        var random = new Random(HashCode.Combine(seed, user));
        for (var revision = 1; Stopwatch.GetTimestamp() < end; revision++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var operation = BenchMix.Pick(random);
            var trade = operation == BenchOperation.Trade ? BenchData.Trade(user, clock.GetUtcNow()) : null;
            var start = Stopwatch.GetTimestamp();
            try
            {
                await (operation switch
                {
                    BenchOperation.Access => client.CheckAccessAsync(user),
                    BenchOperation.Read => client.ReadSessionAsync(user),
                    BenchOperation.Save => client.SaveSessionAsync(user, revision),
                    BenchOperation.Patch => client.PatchConfigAsync(user, revision),
                    BenchOperation.Trade => client.OpenTradeAsync(trade!),
                    BenchOperation.Toggle => client.ToggleAsync(user, revision % 2 == 0),
                    _ => throw new InvalidOperationException($"unknown operation {operation}"),
                }).ConfigureAwait(false);
                recorder.Succeeded(operation, Stopwatch.GetElapsedTime(start));
                if (operation.IsWrite()) ledger[user].Acknowledge(operation, revision, trade);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                recorder.Failed(operation, error);
                ledger[user].Doubt(operation);
            }
        }
    }
}
