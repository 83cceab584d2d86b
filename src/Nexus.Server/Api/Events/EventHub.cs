using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Subscriptions;

namespace Nexus.Server.Api;

/// <summary>
/// Delivers changes to the event streams. Each is serialised once for all streams, and several are sent at a time if many streams get them. Nobody
/// waits for a stream.
/// </summary>
internal sealed class EventHub(NexusDb db, ApiKeyRegistry keys, IHostApplicationLifetime lifetime, TimeProvider clock) : IHostedService, IDisposable
{
    /// <summary>Proxies commonly close a connection that is idle for 30 to 60 s.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>How soon a stream ends after its key was removed.</summary>
    private static readonly TimeSpan KeyCheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>Each delivery costs one send for each stream that gets it, so the more there are, the longer changes are collected.</summary>
    private static readonly TimeSpan GatherPerStream = TimeSpan.FromMilliseconds(0.5);

    /// <summary>
    /// The most bytes in a second for all streams; while there would be more, changes are collected longer, and repeated ones become one.
    /// </summary>
    private const double MaxBytesPerSecond = 10_000_000;

    private static readonly TimeSpan LongestGather = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ShortestGather = TimeSpan.FromMilliseconds(5);

    /// <summary>The maximum number of changes in one delivery.</summary>
    private const int MaxGathered = 4096;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly EventChats _chats = new(db);
    private EventIndex _streams = new([]);
    private Task _running = Task.CompletedTask;

    /// <summary>Open streams.</summary>
    public int Streams => Listeners.Count;

    private IReadOnlyList<EventListener> Listeners => Volatile.Read(ref _streams).Listeners;

    /// <summary>Opens a stream, which lasts until it is disposed.</summary>
    public EventListener Listen(ApiKey key, EventFilter filter)
    {
        var listener = new EventListener(key, filter, Leave);
        lock (_gate) _streams = new EventIndex([.. _streams.Listeners, listener]);
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
        foreach (var listener in Listeners) listener.End(EventText.Stopping);
    }

    private async Task DeliverAsync(IAsyncEnumerator<IReadOnlyList<StateChange>> changes, Task<bool> next)
    {
        await using (changes)
        {
            var gathered = new HashSet<StateChange>();
            var pause = Task.CompletedTask;
            for (var more = await next; more;)
            {
                Gather(gathered, changes.Current);
                next = changes.MoveNextAsync().AsTask();
                // Changes are taken during the pause, too: what waits for too long in the engine is lost.
                if (!next.IsCompleted && !pause.IsCompleted) await Task.WhenAny(next, pause);
                if (next.IsCompleted && (!pause.IsCompleted || gathered.Count < MaxGathered))
                {
                    more = await next;
                    continue;
                }
                pause = await DeliverAsync(gathered);
                gathered.Clear();
                more = await next;
            }
        }
    }

    /// <returns>Ends when the next delivery may follow.</returns>
    private async Task<Task> DeliverAsync(HashSet<StateChange> changes)
    {
        var streams = Volatile.Read(ref _streams);
        if (streams.Listeners.Count == 0) return Task.CompletedTask;
        var sent = streams.Deliver(await ComposeAsync(changes, streams.HasChats));
        var pause = Math.Max(GatherPerStream.TotalSeconds * sent.Streams, sent.Bytes / MaxBytesPerSecond);
        // Stopping ends the changes, so the wait needs no cancellation.
        return pause < ShortestGather.TotalSeconds ? Task.CompletedTask
            : Task.Delay(TimeSpan.FromSeconds(Math.Min(pause, LongestGather.TotalSeconds)), clock, CancellationToken.None);
    }

    /// <summary>More changes than a few deliveries may name become whole tables.</summary>
    private static void Gather(HashSet<StateChange> gathered, IReadOnlyList<StateChange> changes)
    {
        gathered.UnionWith(changes);
        if (gathered.Count < 4 * MaxGathered) return;
        StateChange[] tables = [.. gathered.Select(change => change with { Id = StateChange.Everything }).Distinct()];
        gathered.Clear();
        gathered.UnionWith(tables);
    }

    private async Task<List<EventItem>> ComposeAsync(HashSet<StateChange> changes, bool withChats)
    {
        var chats = withChats ? await _chats.FindAsync(changes, _stopping.Token) : null;
        List<EventItem> items = [.. changes.Select(change => EventText.Of(change, chats?[change])).OfType<EventItem>()];
        items.AddRange((await FindNoticesAsync(changes)).Select(EventText.Of));
        return items;
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
            foreach (var listener in Listeners)
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
            foreach (var listener in Listeners) listener.Offer(EventText.Alive);
        }
    }

    private void Leave(EventListener listener)
    {
        lock (_gate) _streams = new EventIndex([.. _streams.Listeners.Where(other => other != listener)]);
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
