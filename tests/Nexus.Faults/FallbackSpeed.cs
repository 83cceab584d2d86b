using System.Diagnostics;
using System.Globalization;
using Nexus.Chats;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Faults;

/// <summary>
/// What the fallback costs while PostgreSQL answers, how fast writes are spooled while it does not, and how fast they are replayed.
/// </summary>
internal static class FallbackSpeed
{
    private const int Users = 200;
    private const int Rounds = 4;

    private static readonly TimeSpan Span = TimeSpan.FromSeconds(8);

    /// <param name="replayed">Writes in the outbox before they are replayed.</param>
    public static async Task<int> RunAsync(int replayed)
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        using var folder = new TempFolder("speed");
        var keys = Secrets.KeyRing.GenerateKey();
        NexusOptions Options(FallbackMode mode) => new() { Database = database.Url, DataFolder = folder["data"], Keys = keys, Fallback = mode };

        var rates = new Dictionary<FallbackMode, List<double>> { [FallbackMode.Off] = [], [FallbackMode.ReadWrite] = [] };
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var mode in round % 2 == 0 ? new[] { FallbackMode.Off, FallbackMode.ReadWrite } : [FallbackMode.ReadWrite, FallbackMode.Off])
            {
                await using var db = await NexusDb.OpenAsync(Options(mode));
                await LoadAsync(db, Users, TimeSpan.FromSeconds(2));
                var rate = await LoadAsync(db, Users, Span);
                // The first round warms the server up.
                if (round > 0) rates[mode].Add(rate);
            }
        }
        var (off, on) = (Median(rates[FallbackMode.Off]), Median(rates[FallbackMode.ReadWrite]));
        await SayAsync($"PostgreSQL answers: {off:N0} writes/s without and {on:N0} with the fallback, {(1 - on / off) * 100:0.0} % less");

        var spooling = await NexusDb.OpenAsync(Options(FallbackMode.ReadWrite));
        await using (spooling)
        {
            await Eventually.TrueAsync(() => spooling.Outbox!.Status.Pending == 0);
            await cluster.KillAsync();
            await Eventually.TrueAsync(async () => (await spooling.Sessions.SaveAsync(SessionOf(1, 1))).IsSpooled);
            await SayAsync($"PostgreSQL is away: {await LoadAsync(spooling, Users, Span):N0} writes/s are spooled from {Users} users");
            while (spooling.Outbox!.Status.Pending < replayed) await LoadAsync(spooling, 2000, TimeSpan.FromSeconds(2));

            var pending = spooling.Outbox.Status.Pending;
            await cluster.RestartAsync();
            await Eventually.TrueAsync(() => spooling.Outbox.Status.Pending < pending, TimeSpan.FromMinutes(1));
            var (started, left, peak) = (Stopwatch.GetTimestamp(), spooling.Outbox.Status.Pending, 0L);
            await Eventually.TrueAsync(
                () =>
                {
                    peak = Math.Max(peak, Environment.WorkingSet);
                    return spooling.Outbox.Status is { Pending: 0, IsLocal: false };
                },
                TimeSpan.FromMinutes(30));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var (rate, mebibytes) = (left / seconds, peak / 1048576);
            await SayAsync(
                $"PostgreSQL is back: {left:N0} spooled writes were replayed in {seconds:0.0} s, {rate:N0}/s, at most {mebibytes:N0} MiB of memory");
        }
        return 0;
    }

    private static async Task<double> LoadAsync(NexusDb db, int users, TimeSpan span)
    {
        var (started, writes) = (Stopwatch.GetTimestamp(), 0L);
        await Task.WhenAll(Enumerable.Range(1, users).Select(user => Task.Run(async () =>
        {
            for (var n = 0; Stopwatch.GetElapsedTime(started) < span; n++)
            {
                if (n % 4 == 3)
                    await db.Trades.OpenAsync(new Trade
                    {
                        ChatId = user,
                        Symbol = "BTCUSDT",
                        Side = TradeSide.Long,
                        EntryPrice = 65_000.1m,
                        Quantity = 0.015m
                    });
                else if (n % 4 == 2) await db.Sessions.PatchConfigAsync(user, StateJson.Parse($$"""{"leverage":{{n}}}"""));
                else await db.Sessions.SaveAsync(SessionOf(user, n));
                Interlocked.Increment(ref writes);
            }
        })));
        return writes / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static Session SessionOf(int user, int n) => new(
        user, Secret.Of("key-" + user.ToString(CultureInfo.InvariantCulture)), Secret.Of("secret-" + user.ToString(CultureInfo.InvariantCulture)),
        StateJson.Parse($$"""{"mode":"PILOT","leverage":{{n % 20}},"strategies":{"TREND":true,"GRID":false},"""
            + $$"""
                "risk":{"perTrade":"0.01","daily":"0.05"},"symbols":["BTCUSDT","ETHUSDT","SOLUSDT"],"notes":"{{new string('x', 200)}}"}
                """));

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    private static Task SayAsync(FormattableString line) => Console.Out.WriteLineAsync(line.ToString(CultureInfo.InvariantCulture));
}
