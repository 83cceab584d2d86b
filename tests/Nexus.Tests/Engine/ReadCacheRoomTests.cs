using System.Diagnostics.Metrics;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Stores;
using Nexus.Users;

namespace Nexus.Tests.Engine;

/// <summary>What a cache keeps, exactly: two generations of half its rows and half its bytes; a row counts while it is there.</summary>
public sealed class ReadCacheRoomTests
{
    private readonly ChangeFeed _changes = new(RecordTables.Everything);
    private readonly List<IReadOnlyCollection<string>> _loads = [];
    private readonly AsyncLocal<string?> _callersOwn = new();
    private readonly List<string?> _seenByLoads = [];
    private Func<Task> _hold = () => Task.CompletedTask;
    private ReplicaSource? _replica;
    private int _size;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private sealed record Row(string Key, int Size) : IHasSize;

    [Fact]
    public async Task The_older_half_is_forgotten_when_the_younger_one_is_full()
    {
        var cache = Cache(capacity: 10);
        for (var n = 0; n < 10; n++) await cache.GetAsync($"{n}", Token);
        Assert.Equal(0, await LoadsAsync(cache, "0"));

        cache = Cache(capacity: 10);
        for (var n = 0; n < 11; n++) await cache.GetAsync($"{n}", Token);
        Assert.Equal(1, await LoadsAsync(cache, "4"));
    }

    [Fact]
    public async Task The_bytes_of_a_row_are_those_of_its_key_its_content_and_its_entry()
    {
        _size = 1000;
        const string Keys = "abcde";
        var bytes = (2 * 10) + IHasSize.Overhead + _size;
        // Two rows fill a half: with the fifth, the first two are forgotten.
        var cache = Cache(maxBytes: 4 * bytes);
        foreach (var letter in Keys) await cache.GetAsync(new string(letter, 10), Token);
        Assert.Equal(1, await LoadsAsync(cache, new string('b', 10)));

        // A byte more, and three are needed.
        cache = Cache(maxBytes: (4 * bytes) + 2);
        foreach (var letter in Keys) await cache.GetAsync(new string(letter, 10), Token);
        Assert.Equal(0, await LoadsAsync(cache, new string('b', 10)));
    }

    [Fact]
    public async Task A_row_that_is_dropped_gives_its_bytes_back()
    {
        var cache = Cache(maxBytes: 100_000);
        await cache.GetAsync("kept", Token);
        _size = 10_000;
        for (var n = 0; n < 100; n++)
        {
            await cache.GetAsync("changing", Token);
            Changed("changing");
        }
        Assert.Equal(0, await LoadsAsync(cache, "kept"));
    }

    [Fact]
    public async Task A_row_that_was_dropped_while_it_was_loaded_is_not_counted()
    {
        var cache = Cache(maxBytes: 100_000);
        await cache.GetAsync("kept", Token);
        _size = 10_000;
        for (var n = 0; n < 100; n++)
        {
            var hold = new TaskCompletionSource();
            _hold = () => hold.Task;
            var older = cache.GetAsync("changing", Token).AsTask();
            Changed("changing");
            var newer = cache.GetAsync("changing", Token).AsTask();
            hold.SetResult();
            await Task.WhenAll(older, newer);
            Changed("changing");
        }
        Assert.Equal(0, await LoadsAsync(cache, "kept"));
    }

    [Fact]
    public async Task A_load_that_fails_is_forgotten_although_its_entry_has_aged()
    {
        var cache = Cache(capacity: 2);
        var hold = new TaskCompletionSource();
        _hold = () => hold.Task;
        var failing = cache.GetAsync("1", Token).AsTask();
        _hold = () => Task.CompletedTask;
        await cache.GetAsync("2", Token);
        hold.SetException(new StoreUnavailableException(StoreUnavailableReason.Unreachable, "unavailable"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => failing);

        Assert.NotNull(await cache.GetAsync("1", Token));
    }

    [Fact]
    public async Task One_load_asks_for_a_thousand_rows_at_most()
    {
        var cache = Cache();
        var hold = new TaskCompletionSource();
        _hold = () => hold.Task;
        var reads = Enumerable.Range(0, 2500).Select(n => cache.GetAsync($"{n}", Token).AsTask()).ToList();
        hold.SetResult();
        await Task.WhenAll(reads);

        Assert.Equal([1, 1, 498, 1000, 1000], _loads.Select(keys => keys.Count).Order());
    }

    [Fact]
    public async Task A_load_runs_outside_of_its_callers_context()
    {
        var cache = Cache();
        _hold = async () => await Task.Yield();
        _callersOwn.Value = "a caller's";
        await cache.GetAsync("1", Token);
        ValueTask<Row?> read;
        using (ExecutionContext.SuppressFlow()) read = cache.GetAsync("2", Token);
        await read;

        Assert.Equal([null, null], _seenByLoads);
    }

    [Fact]
    public async Task A_row_of_the_local_replica_says_so_to_each_who_reads_it()
    {
        var cache = Cache();
        _replica = new ReplicaSource(DateTimeOffset.UnixEpoch, TimeProvider.System);
        var hold = new TaskCompletionSource();
        _hold = () => hold.Task;
        var waiting = AnswerSource.Begin();
        var read = cache.GetAsync("1", Token).AsTask();
        hold.SetResult();
        await read;
        Assert.Same(_replica, waiting.Replica);

        var found = AnswerSource.Begin();
        Assert.True(cache.TryGet("1", out _));
        Assert.Same(_replica, found.Replica);
    }

    [Fact]
    public async Task Reads_are_counted_by_whether_memory_served_them()
    {
        using var meter = new Meter("Nexus.Tests.ReadCache");
        var counter = meter.CreateObservableCounter("reads", () => 0L);
        using var listener = new MeterListener();
        listener.EnableMeasurementEvents(counter);
        var reads = new CacheReads(counter, "users");
        var cache = Cache(reads: reads);
        for (var n = 0; n < 3; n++) await cache.GetAsync("1", Token);

        Assert.Equal([2L, 1L], reads.Measure().Select(sum => sum.Value));
    }

    private ReadCache<Row> Cache(int capacity = 10_000, long maxBytes = long.MaxValue, CacheReads? reads = null) =>
        new(_changes, UserRow.Table, capacity, maxBytes, row => row.Key, LoadAsync, reads);

    private async Task<IReadOnlyList<Row>> LoadAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        lock (_loads) _loads.Add(keys);
        await _hold();
        lock (_seenByLoads) _seenByLoads.Add(_callersOwn.Value);
        return ReplicaRows.From([.. keys.Select(key => new Row(key, _size))], _replica);
    }

    private async Task<int> LoadsAsync(ReadCache<Row> cache, string key)
    {
        var before = _loads.Count;
        await cache.GetAsync(key, Token);
        return _loads.Count - before;
    }

    private void Changed(string id) => _changes.Publish([new StateChange("users", id)]);
}
