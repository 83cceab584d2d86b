using System.Diagnostics;
using System.Text.Json;
using Nexus.Dispatch;
using Nexus.Engine;

namespace Nexus.Bench;

/// <summary>The recipients of a signal: by a walk over all sessions as the legacy does it, by one query, and from the index in memory.</summary>
internal static class DispatchBenchmark
{
    /// <summary>Different configs: modes, and strategies that are on in some.</summary>
    private const int Variants = 6;

    private const int Changed = 1_000;

    /// <summary>Every chat has it on.</summary>
    private static readonly Signal All = new("TREND") { Group = "CRYPTO", Symbol = "BTCUSDT" };

    public static async Task RunAsync(string? url, int sessions)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using var nexus = await database.OpenNexusAsync(cacheCapacity: 2 * sessions);
        await FillAsync(database, sessions);
        await nexus.BotState.SetStrategyAsync("TREND", enabled: true);
        await nexus.BotState.SetGroupAsync("CRYPTO", enabled: true);
        await using var queried = await NexusDb.OpenAsync(WithoutIndex(database.Options(cacheCapacity: 4 * sessions)));

        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        await foreach (var _ in nexus.Sessions.DispatchAsync(All)) break;
        while (!nexus.Sessions.DispatchIndex.IsReady)
        {
            await Task.Delay(5);
            await foreach (var _ in nexus.Sessions.DispatchAsync(All)) break;
        }
        var built = watch.Elapsed;
        heap = GC.GetTotalMemory(forceFullCollection: true) - heap;
        var status = nexus.Sessions.DispatchIndex;
        Console.WriteLine($"{sessions} sessions; the index was ready after {built.TotalSeconds:0.0} s");
        Console.WriteLine($"  bytes a session: {(double)status.SizeBytes / sessions:0} by its own account, {(double)heap / sessions:0} of the heap");

        Console.WriteLine("  medians, and the best in parentheses");
        Console.WriteLine("  signal to every chat           recipients          first ms            all ms");
        // A walk over a million takes minutes, beside which a warm-up is nothing.
        var isLong = sessions > 200_000;
        await MeasureAsync("walk over all sessions", isLong ? 1 : 2, sessions, () => WalkAsync(queried, All), warmUps: isLong ? 0 : 1);
        await MeasureAsync("one query", 5, sessions, () => queried.Sessions.DispatchAsync(All));
        await MeasureAsync("index", 40, sessions, () => nexus.Sessions.DispatchAsync(All));
        var turn = 0;
        await MeasureAsync($"index, {Changed} changed", 10, sessions, () => nexus.Sessions.DispatchAsync(All), before: async () =>
        {
            turn++;
            await Task.WhenAll(Enumerable.Range(0, Math.Min(Changed, sessions)).Select(i => nexus.Users.SaveAsync(
                Nexus.Chats.ChatId.Parse(Workload.ChatId(i)), $"turn {turn}", days: null)));
        });
        Console.WriteLine("  signal to a sixth of the chats");
        var some = All with { Strategy = "GRID", Modes = ["PILOT"] };
        await nexus.BotState.SetStrategyAsync("GRID", enabled: true);
        await queried.BotState.SetStrategyAsync("GRID", enabled: true);
        await MeasureAsync("one query", 5, null, () => queried.Sessions.DispatchAsync(some));
        await MeasureAsync("index", 40, null, () => nexus.Sessions.DispatchAsync(some));

        await MeasureWritesAsync(nexus, queried, sessions);
    }

    /// <summary>What the notice of a write costs with the index, beside the write.</summary>
    private static async Task MeasureWritesAsync(NexusDb nexus, NexusDb queried, int sessions)
    {
        var save = await Measure.ConcurrentAsync("saves", 1000, TimeSpan.FromSeconds(3),
            (caller, i) => nexus.Sessions.SaveAsync(Workload.Session((caller * 10 + i % 10) % sessions, i)));
        const int Batch = 500;
        StateChange[][] notices = [.. Enumerable.Range(0, 8).Select(n => Enumerable.Range(0, Batch)
            .Select(i => new StateChange("sessions", Workload.ChatId((n * Batch + i) % sessions))).ToArray())];
        // The caches of both instances look at the notices as well: the difference is the index.
        await foreach (var _ in nexus.Sessions.DispatchAsync(All)) continue;
        var with = Publish(nexus, notices);
        var without = Publish(queried, notices);
        var nanoseconds = Math.Max(0, with - without);
        Console.WriteLine($"  a write: {1e6 / save.PerSecond:0.0} µs with 1,000 callers; its notice {nanoseconds:0} ns with the index: "
            + $"{nanoseconds * save.PerSecond / 1e7:0.0} %");
    }

    private static double Publish(NexusDb nexus, StateChange[][] notices)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 40; round++)
        {
            var watch = Stopwatch.StartNew();
            foreach (var notice in notices) nexus.Store.Changes.Publish(notice);
            best = Math.Min(best, watch.Elapsed.TotalNanoseconds / notices.Sum(notice => notice.Length));
        }
        return best;
    }

    private static async Task MeasureAsync(
        string way, int rounds, int? expected, Func<IAsyncEnumerable<SignalRecipient>> dispatch, Func<Task>? before = null, int warmUps = 1)
    {
        var (firsts, alls, count) = (new List<double>(), new List<double>(), 0);
        for (var round = -warmUps; round < rounds; round++)
        {
            if (before is not null) await before();
            (count, var watch) = (0, Stopwatch.StartNew());
            var first = 0.0;
            await foreach (var _ in dispatch())
            {
                if (count++ == 0) first = watch.Elapsed.TotalMilliseconds;
            }
            if (round < 0) continue;
            firsts.Add(first);
            alls.Add(watch.Elapsed.TotalMilliseconds);
        }
        if (expected is { } recipients && recipients != count) throw new InvalidOperationException($"{way}: {count} recipients");
        Console.WriteLine($"    {way,-26} {count,12} {Median(firsts),8:0.000} ({firsts.Min():0.000}) {Median(alls),8:0.0} ({alls.Min():0.0})");
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static async IAsyncEnumerable<SignalRecipient> WalkAsync(NexusDb nexus, Signal signal)
    {
        var disabled = (await nexus.BotState.GetAsync()).DisabledAssets;
        if (disabled.Contains(signal.Symbol!)) yield break;
        await foreach (var session in nexus.Sessions.ListAsync())
        {
            var config = session.Config.Root;
            if (!config.GetProperty("strategies").TryGetProperty(signal.Strategy, out var on) || on.ValueKind != JsonValueKind.True) continue;
            if (!config.GetProperty("groups").TryGetProperty(signal.Group!, out on) || on.ValueKind != JsonValueKind.True) continue;
            if (config.GetProperty("disabled_assets").EnumerateArray().Any(asset => asset.ValueEquals(signal.Symbol))) continue;
            if ((await nexus.Users.CheckAccessAsync(session.ChatId)).Allowed)
                yield return new SignalRecipient(session.ChatId, config.GetProperty("mode").GetString());
        }
    }

    private static async Task FillAsync(BenchDatabase database, int sessions)
    {
        for (var variant = 0; variant < Variants; variant++)
        {
            await using var fill = database.Raw.CreateCommand("""
                INSERT INTO sessions (chat_id, config) SELECT (100000000 + i)::text, $1 FROM generate_series($2, $3 - 1, $4) AS i
                """);
            fill.CommandTimeout = 600;
            fill.Parameters.Add(new() { Value = Workload.Config(variant), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
            fill.Parameters.Add(new() { Value = variant });
            fill.Parameters.Add(new() { Value = sessions });
            fill.Parameters.Add(new() { Value = Variants });
            await fill.ExecuteNonQueryAsync();
        }
        await using var users = database.Raw.CreateCommand("""
            INSERT INTO users (chat_id, name, expires_at)
            SELECT (100000000 + i)::text, 'bench', now() + interval '30 days' FROM generate_series(0, $1 - 1) AS i
            """);
        users.CommandTimeout = 600;
        users.Parameters.Add(new() { Value = sessions });
        await users.ExecuteNonQueryAsync();
        await using var analyze = database.Raw.CreateCommand("ANALYZE sessions, users");
        await analyze.ExecuteNonQueryAsync();
    }

    private static NexusOptions WithoutIndex(NexusOptions options)
    {
        options.DispatchIndex = false;
        return options;
    }
}
