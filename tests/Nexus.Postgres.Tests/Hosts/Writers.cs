using System.Collections.Concurrent;
using System.Globalization;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Sessions;

namespace Nexus.Postgres.Tests.Hosts;

/// <summary>Callers that save one new session after another, and note what was acknowledged and when.</summary>
internal sealed class Writers : IAsyncDisposable
{
    private static int _last = 1_000_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string Chat, long Started, long Acknowledged, bool IsSpooled)> _written = new();
    private readonly ConcurrentQueue<NexusException> _failed = new();
    private readonly Task[] _running;

    public Writers(NexusDb db, int count = 4) => _running = [.. Enumerable.Range(0, count).Select(_ => Task.Run(() => WriteAsync(db)))];

    public IReadOnlyCollection<(string Chat, long Started, long Acknowledged, bool IsSpooled)> Written => _written;

    public IReadOnlyCollection<NexusException> Failed => _failed;

    /// <summary>When the first write was acknowledged that began at or after an instant.</summary>
    public async Task<long> FirstAfterAsync(long instant)
    {
        await TestKit.Eventually.TrueAsync(() => _written.Any(write => write.Started >= instant));
        return _written.Where(write => write.Started >= instant).Min(write => write.Acknowledged);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task WriteAsync(NexusDb db)
    {
        while (!_stop.IsCancellationRequested)
        {
            var chat = Interlocked.Increment(ref _last);
            var started = TimeProvider.System.GetTimestamp();
            try
            {
                var receipt = await db.Sessions.SaveAsync(new Session(chat, null, null, StateJson.Parse("{}")));
                _written.Enqueue((chat.ToString(CultureInfo.InvariantCulture), started, TimeProvider.System.GetTimestamp(), receipt.IsSpooled));
            }
            catch (NexusException error)
            {
                _failed.Enqueue(error);
                await Task.Delay(20);
            }
            await Task.Delay(2);
        }
    }
}
