using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Subscriptions;

namespace Nexus.Server.Api;

/// <summary>
/// Delivers changes to every event stream. They are formatted once for all streams, and several changes at a time if there are many streams. Nobody
/// waits for a stream, so saves cost the same with and without listeners.
/// </summary>
internal sealed class EventHub(NexusDb db, ApiKeyRegistry keys, IHostApplicationLifetime lifetime, TimeProvider clock) : IHostedService, IDisposable
{
    /// <summary>Proxies commonly close a connection that is idle for 30 to 60 s.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>How soon a stream ends after its key was removed.</summary>
    private static readonly TimeSpan KeyCheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>Each delivery costs one send for each stream, so the more streams there are, the longer changes are collected.</summary>
    private static readonly TimeSpan GatherPerStream = TimeSpan.FromMilliseconds(0.5);

    private static readonly TimeSpan LongestGather = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan ShortestGather = TimeSpan.FromMilliseconds(5);

    /// <summary>The maximum number of changes in one delivery.</summary>
    private const int MaxGathered = 4096;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private EventListener[] _listeners = [];
    private Task _running = Task.CompletedTask;

    /// <summary>Open streams.</summary>
    public int Streams => Volatile.Read(ref _listeners).Length;

    /// <summary>Opens a stream, which lasts until it is disposed.</summary>
    public EventListener Listen(ApiKey key)
    {
        var listener = new EventListener(key, Leave);
        lock (_gate) _listeners = [.. _listeners, listener];
        if (_stopping.IsCancellationRequested) listener.End(EventText.Stopping);
        return listener;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var changes = db.WatchAsync(_stopping.Token).GetAsyncEnumerator(CancellationToken.None);
        // Requesting the first change subscribes, so that a stream that starts later misses nothing.
        var first = changes.MoveNextAsync().AsTask();
        // Before the services stop: open streams would delay the shutdown.
        lifetime.ApplicationStopping.Register(() => _ = EndAsync());
        _running = Task.WhenAll(DeliverAsync(changes, first), CheckKeysAsync(), BeatAsync());
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await EndAsync();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task EndAsync()
    {
        await _stopping.CancelAsync();
        foreach (var listener in Volatile.Read(ref _listeners)) listener.End(EventText.Stopping);
    }

    private async Task DeliverAsync(IAsyncEnumerator<IReadOnlyList<StateChange>> changes, Task<bool> next)
    {
        await using (changes)
        {
            var gathered = new HashSet<StateChange>();
            for (var more = await next; more;)
            {
                gathered.UnionWith(changes.Current);
                next = changes.MoveNextAsync().AsTask();
                if (next.IsCompleted && gathered.Count < MaxGathered)
                {
                    more = await next;
                    continue;
                }
                var listeners = Volatile.Read(ref _listeners);
                if (listeners.Length > 0 && EventText.Format(gathered, await FindNoticesAsync(gathered)) is { IsEmpty: false } text)
                {
                    foreach (var listener in listeners) listener.Offer(text);
                    var pause = TimeSpan.FromTicks(Math.Min(GatherPerStream.Ticks * listeners.Length, LongestGather.Ticks));
                    // Stopping ends the changes, so the wait needs no cancellation.
                    if (pause >= ShortestGather) await Task.Delay(pause, clock, CancellationToken.None);
                }
                gathered.Clear();
                more = await next;
            }
        }
    }

    /// <summary>A listener that misses a notice because the store is unavailable still gets the change of its record.</summary>
    private async Task<List<SubscriptionNotice>> FindNoticesAsync(IEnumerable<StateChange> changes)
    {
        List<SubscriptionNotice> notices = [];
        try
        {
            foreach (var change in changes)
            {
                if (await db.Subscriptions.FindNoticeAsync(change, _stopping.Token) is { } notice) notices.Add(notice);
            }
        }
        catch (Exception error) when (error is NexusException or OperationCanceledException)
        {
            // The rest of the delivery is sent all the same.
        }
        return notices;
    }

    private async Task CheckKeysAsync()
    {
        using var timer = new PeriodicTimer(KeyCheckInterval, clock);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            foreach (var listener in Volatile.Read(ref _listeners))
            {
                if (!keys.IsCurrent(listener.Key)) listener.End(EventText.KeyGone);
            }
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(HeartbeatInterval, clock);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            foreach (var listener in Volatile.Read(ref _listeners)) listener.Offer(EventText.Alive);
        }
    }

    private void Leave(EventListener listener)
    {
        lock (_gate) _listeners = [.. _listeners.Where(other => other != listener)];
    }
}

internal static class EventServices
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSingleton<EventHub>();
        services.AddHostedService(provider => provider.GetRequiredService<EventHub>());
        return services;
    }
}
