using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Tests.Engine;

public sealed class ReadCacheTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CacheProof _proof;
    private readonly ChangeFeed _changes;
    private readonly ConcurrentDictionary<string, string> _rows = new();
    private readonly ConcurrentQueue<IReadOnlyCollection<string>> _loads = new();
    private Func<Task> _beforeLoad = () => Task.CompletedTask;
    private Func<Task> _afterLoad = () => Task.CompletedTask;

    public ReadCacheTests()
    {
        _proof = new CacheProof(_clock);
        _changes = new ChangeFeed(Nexus.Stores.RecordTables.Everything, _proof);
        _proof.Extend(_clock.GetTimestamp());
    }

    private sealed record Row(string Key, string Value) : IHasSize
    {
        public int Size => Value.Length;
    }

    [Fact]
    public async Task A_row_is_loaded_once_and_then_comes_from_memory()
    {
        var cache = Cache();
        _rows["1"] = "a";

        Assert.Equal("a", (await cache.GetAsync("1", CancellationToken.None))!.Value);
        Assert.True(cache.TryGet("1", out var row));
        Assert.Equal("a", row!.Value);
        Assert.Single(_loads);
    }

    [Fact]
    public async Task Rows_are_kept_by_their_bytes_whatever_their_number()
    {
        var cache = Cache(maxBytes: 100_000);
        foreach (var key in Enumerable.Range(0, 50).Select(i => $"{i}"))
        {
            _rows[key] = new string('x', 10_000);
            await cache.GetAsync(key, CancellationToken.None);
        }
        Assert.InRange(await CountLoadsAsync(Enumerable.Range(0, 50).Reverse()), 39, 48);

        _rows["huge"] = new string('x', 1_000_000);
        Assert.Equal(1_000_000, (await cache.GetAsync("huge", CancellationToken.None))!.Value.Length);
        Assert.Equal(10_000, (await cache.GetAsync("1", CancellationToken.None))!.Value.Length);

        async Task<int> CountLoadsAsync(IEnumerable<int> keys)
        {
            _loads.Clear();
            foreach (var key in keys) await cache.GetAsync($"{key}", CancellationToken.None);
            return _loads.Count;
        }
    }

    [Fact]
    public async Task Rows_that_are_not_there_take_room_too()
    {
        var cache = Cache(maxBytes: 100_000);
        for (var i = 0; i < 2000; i++) Assert.Null(await cache.GetAsync($"{i}", CancellationToken.None));
        _loads.Clear();
        await cache.GetAsync("0", CancellationToken.None);
        Assert.Single(_loads);
    }

    [Fact]
    public async Task What_changes_again_and_again_does_not_use_up_the_room_of_others()
    {
        var cache = Cache(maxBytes: 100_000);
        _rows["kept"] = "a";
        for (var i = 0; i < 100; i++)
        {
            _rows["changing"] = new string('x', 10_000);
            await cache.GetAsync("changing", CancellationToken.None);
            Changed("changing");
            await cache.GetAsync("kept", CancellationToken.None);
        }
        Assert.Single(_loads, keys => keys.Contains("kept"));
    }

    [Fact]
    public async Task What_is_suspected_to_be_stale_is_loaded_again()
    {
        var cache = Cache();
        _rows["1"] = "a";
        await cache.GetAsync("1", CancellationToken.None);
        _rows["1"] = "b";
        _changes.Suspect([new StateChange("users", "1")]);
        Assert.Equal("b", (await cache.GetAsync("1", CancellationToken.None))!.Value);
    }

    [Fact]
    public async Task That_there_is_no_row_is_kept_too_until_one_comes()
    {
        var cache = Cache();

        Assert.Null(await cache.GetAsync("1", CancellationToken.None));
        Assert.True(cache.TryGet("1", out _));
        _rows["1"] = "a";
        Changed("1");
        Assert.Equal("a", (await cache.GetAsync("1", CancellationToken.None))!.Value);
    }

    [Fact]
    public async Task A_notice_drops_just_its_row()
    {
        var cache = Cache();
        (_rows["1"], _rows["2"]) = ("a", "b");
        await cache.GetAsync("1", CancellationToken.None);
        await cache.GetAsync("2", CancellationToken.None);
        Changed("1");

        Assert.False(cache.TryGet("1", out _));
        Assert.True(cache.TryGet("2", out _));
    }

    [Fact]
    public async Task A_notice_that_anything_may_have_changed_drops_all()
    {
        var cache = Cache();
        await cache.GetAsync("1", CancellationToken.None);
        Changed(StateChange.Everything);

        Assert.False(cache.TryGet("1", out _));
    }

    [Fact]
    public async Task Notices_of_other_tables_drop_nothing()
    {
        var cache = Cache();
        await cache.GetAsync("1", CancellationToken.None);
        _changes.Publish([new StateChange("sessions", "1")]);

        Assert.True(cache.TryGet("1", out _));
    }

    [Fact]
    public async Task A_row_that_changes_while_it_is_loaded_is_not_kept_and_nobody_joins_the_old_load()
    {
        var cache = Cache();
        var hold = new TaskCompletionSource();
        _rows["1"] = "old";
        _afterLoad = () => hold.Task;
        var before = cache.GetAsync("1", CancellationToken.None).AsTask();

        _rows["1"] = "new";
        Changed("1");
        _afterLoad = () => Task.CompletedTask;
        var after = await cache.GetAsync("1", CancellationToken.None);
        hold.SetResult();
        await before;

        Assert.Equal("new", after!.Value);
        Assert.True(cache.TryGet("1", out var kept));
        Assert.Equal("new", kept!.Value);
    }

    [Fact]
    public async Task A_thousand_misses_are_a_handful_of_loads()
    {
        var cache = Cache();
        var hold = new TaskCompletionSource();
        _beforeLoad = () => hold.Task;
        var reads = Enumerable.Range(0, 1000).Select(i => cache.GetAsync($"{i % 500}", CancellationToken.None).AsTask()).ToArray();
        hold.SetResult();
        await Task.WhenAll(reads);

        Assert.InRange(_loads.Count, 1, 4);
        Assert.Equal(500, _loads.Sum(load => load.Count));
    }

    [Fact]
    public async Task A_load_that_fails_is_told_to_its_callers_and_tried_again_by_the_next()
    {
        var cache = Cache();
        _beforeLoad = () => throw new StoreUnavailableException(StoreUnavailableReason.Unreachable, "unavailable");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => cache.GetAsync("1", CancellationToken.None).AsTask());

        _beforeLoad = () => Task.CompletedTask;
        _rows["1"] = "a";
        Assert.Equal("a", (await cache.GetAsync("1", CancellationToken.None))!.Value);
    }

    [Fact]
    public async Task A_load_that_fails_fails_for_all_who_wait_for_it()
    {
        var cache = Cache();
        var hold = new TaskCompletionSource();
        _beforeLoad = () => hold.Task;
        var reads = Enumerable.Range(0, 20).Select(i => cache.GetAsync($"{i % 2}", CancellationToken.None).AsTask()).ToArray();
        hold.SetException(new StoreUnavailableException(StoreUnavailableReason.Unreachable, "unavailable"));

        foreach (var read in reads) await Assert.ThrowsAsync<StoreUnavailableException>(() => read);
        Assert.Equal(2, _loads.Sum(load => load.Count));
        Assert.False(cache.TryGet("0", out _));
        Assert.False(cache.TryGet("1", out _));
    }

    [Fact]
    public async Task Who_is_cancelled_leaves_alone()
    {
        var cache = Cache();
        var hold = new TaskCompletionSource();
        _beforeLoad = () => hold.Task;
        _rows["1"] = "a";
        using var leaves = new CancellationTokenSource();
        var left = cache.GetAsync("1", leaves.Token).AsTask();
        var stayed = cache.GetAsync("1", CancellationToken.None).AsTask();

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.False(stayed.IsCompleted);
        hold.SetResult();

        Assert.Equal("a", (await stayed)!.Value);
        Assert.True(cache.TryGet("1", out _));
        Assert.Single(_loads);
    }

    [Fact]
    public async Task A_row_that_changes_while_it_waits_to_be_loaded_is_asked_for_once_and_the_new_one_is_kept()
    {
        var cache = Cache();
        var hold = new TaskCompletionSource();
        _beforeLoad = () => hold.Task;
        _rows["1"] = "a";
        // As many loads as are on their way at once: what comes now waits for the next.
        var others = new[] { "8", "9" }.Select(key => cache.GetAsync(key, CancellationToken.None).AsTask()).ToArray();
        var reads = new List<Task<Row?>>();
        for (var i = 0; i < 3; i++)
        {
            reads.Add(cache.GetAsync("1", CancellationToken.None).AsTask());
            Changed("1");
        }
        reads.Add(cache.GetAsync("1", CancellationToken.None).AsTask());
        hold.SetResult();

        foreach (var read in reads) Assert.Equal("a", (await read)!.Value);
        await Task.WhenAll(others);
        Assert.Equal(1, _loads.Sum(load => load.Count(key => key == "1")));
        Assert.True(cache.TryGet("1", out var kept));
        Assert.Equal("a", kept!.Value);
    }

    [Fact]
    public async Task While_notices_do_not_arrive_nothing_comes_from_memory()
    {
        var cache = Cache();
        _rows["1"] = "a";
        await cache.GetAsync("1", CancellationToken.None);
        _clock.Advance(CacheProof.Bound);
        _rows["1"] = "b";

        Assert.False(cache.TryGet("1", out _));
        Assert.Equal("b", (await cache.GetAsync("1", CancellationToken.None))!.Value);
        _rows["1"] = "c";
        Assert.Equal("c", (await cache.GetAsync("1", CancellationToken.None))!.Value);
    }

    [Fact]
    public void A_proof_lasts_from_the_moment_at_which_its_notice_was_sent()
    {
        var first = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(2));
        _proof.Extend(first);
        Assert.True(_proof.IsProven);
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.True(_proof.IsProven);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(_proof.IsProven);
        _proof.Extend(_clock.GetTimestamp());
        // An older one that comes late takes nothing away.
        _proof.Extend(first);
        Assert.True(_proof.IsProven);
        _proof.End();
        Assert.False(_proof.IsProven);
    }

    [Fact]
    public async Task It_forgets_what_nobody_asks_for()
    {
        var cache = Cache(capacity: 10);
        for (var i = 0; i < 100; i++)
        {
            await cache.GetAsync($"{i}", CancellationToken.None);
            await cache.GetAsync("favourite", CancellationToken.None);
        }

        Assert.True(cache.TryGet("favourite", out _));
        Assert.Equal(1, _loads.Count(load => load.Contains("favourite")));
        Assert.InRange(Enumerable.Range(0, 100).Count(i => cache.TryGet($"{i}", out _)), 1, 10);
    }

    [Fact]
    public async Task Readers_never_see_an_older_row_than_the_last_one_acknowledged()
    {
        var cache = Cache(capacity: 4);
        var acknowledged = new int[8];
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 8).Select(key => Task.Run(async () =>
        {
            for (var value = 1; !stop.IsCancellationRequested; value++)
            {
                _rows[$"{key}"] = $"{value}";
                Changed($"{key}");
                Volatile.Write(ref acknowledged[key], value);
                await Task.Yield();
            }
        })).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var floor = Volatile.Read(ref acknowledged[i % 8]);
            var row = await cache.GetAsync($"{i % 8}", CancellationToken.None);
            Assert.True(floor == 0 || int.Parse(row!.Value) >= floor, $"read {row?.Value} after {floor} was acknowledged");
        }
        await stop.CancelAsync();
        await Task.WhenAll(writers);
    }

    private ReadCache<Row> Cache(int capacity = 1000, long maxBytes = long.MaxValue) =>
        new(_changes, Nexus.Users.UserRow.Table, capacity, maxBytes, row => row.Key, async (keys, _) =>
    {
        _loads.Enqueue(keys);
        var after = _afterLoad;
        await _beforeLoad();
        IReadOnlyList<Row> rows = [.. keys.Where(_rows.ContainsKey).Select(key => new Row(key, _rows[key]))];
        await after();
        return rows;
    });

    private void Changed(string id) => _changes.Publish([new StateChange("users", id)]);
}
