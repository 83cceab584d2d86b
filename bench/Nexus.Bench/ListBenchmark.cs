using System.Diagnostics;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Bench;

/// <summary>
/// A page of each list in a large database, with plans for all values forced wherever the engine does not ask for another plan: the worst plans that
/// a prepared statement may get.
/// </summary>
internal static class ListBenchmark
{
    private const int Page = 100;
    private const int Runs = 15;
    private const double LimitMs = 20;

    /// <returns>False if a page took longer than the goal.</returns>
    public static async Task<bool> RunAsync(string? url, int sessions)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using (await database.OpenNexusAsync())
        {
            await LargeDatabase.FillAsync(database.Raw, sessions);
        }
        await LargeDatabase.RunAsync(
            database.Raw,
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET plan_cache_mode = force_generic_plan', current_database()); END $$");
        await using var nexus = await database.OpenNexusAsync(cacheCapacity: 1);
        var middle = Chats.ChatId.Parse(Workload.ChatId(sessions / 2));
        var now = TimeProvider.System.GetUtcNow();
        var user = (await nexus.Users.GetAsync(middle))!;
        var trade = await nexus.Trades.ListAsync(new TradeFilter { To = now.AddMonths(-6), Limit = 1 }).FirstAsync();
        (string Name, Func<IAsyncEnumerable<object>> List)[] lists =
        [
            ("sessions, first page", () => nexus.Sessions.ListAsync(limit: Page)),
            ("sessions, from the middle", () => nexus.Sessions.ListAsync(after: middle, limit: Page)),
            ("sessions of a frequent mode", () => nexus.Sessions.ListAsync(mode: "PILOT", after: middle, limit: Page)),
            ("sessions of a rare mode", () => nexus.Sessions.ListAsync(mode: "RARE", after: middle, limit: Page)),
            ("sessions of a mode that nobody has", () => nexus.Sessions.ListAsync(mode: "NONE", limit: Page)),
            ("sessions of a frequent strategy", () => nexus.Sessions.ListAsync(strategy: "TREND", after: middle, limit: Page)),
            ("sessions of a rare strategy", () => nexus.Sessions.ListAsync(strategy: "RARE", after: middle, limit: Page)),
            ("sessions of a strategy that nobody has", () => nexus.Sessions.ListAsync(strategy: "NONE", limit: Page)),
            ("sessions of a rare mode and strategy", () => nexus.Sessions.ListAsync("RARE", "RARE", middle, Page)),
            ("sessions of a frequent mode and a rare strategy", () => nexus.Sessions.ListAsync("PILOT", "RARE", middle, Page)),
            ("users, from the middle", () => nexus.Users.ListAsync(middle, Page)),
            ("users by name", () => nexus.Users.ListAsync(new UserFilter { NamePrefix = "name ab", Limit = Page })),
            ("users by name, from the middle", () => nexus.Users.ListAsync(new UserFilter { NamePrefix = "name", After = user, Limit = Page })),
            ("users by end", () => nexus.Users.ListAsync(Ending())),
            ("users by end, from the middle", () => nexus.Users.ListAsync(Ending() with { After = user })),
            ("users of a frequent role", () => nexus.Users.ListAsync(new UserFilter { Role = UserRole.User, After = user, Limit = Page })),
            ("users of a rare role", () => nexus.Users.ListAsync(new UserFilter { Role = UserRole.Admin, After = user, Limit = Page })),
            ("users of a frequent group, role and name", () => nexus.Users.ListAsync(
                new UserFilter { Group = "CRYPTO", Role = UserRole.User, NamePrefix = "name", After = user, Limit = Page })),
            ("users of a rare role and a frequent name", () => nexus.Users.ListAsync(
                new UserFilter { Role = UserRole.Admin, NamePrefix = "name", Limit = Page })),
            ("users by end of a rare name", () => nexus.Users.ListAsync(Ending() with { NamePrefix = "name abc" })),
            ("users by end of a frequent name and group", () => nexus.Users.ListAsync(
                Ending() with { NamePart = "name", Group = "CRYPTO", After = user })),
            ("trades, newest", () => nexus.Trades.ListAsync(new TradeFilter { Limit = Page })),
            ("trades, from the middle", () => nexus.Trades.ListAsync(new TradeFilter { After = trade, Limit = Page })),
            ("trades of a chat", () => nexus.Trades.ListAsync(new TradeFilter { ChatId = middle, Limit = Page })),
            ("trades of a symbol", () => nexus.Trades.ListAsync(new TradeFilter { Symbol = "ETHUSDT", Limit = Page })),
            ("trades that are open", () => nexus.Trades.ListAsync(new TradeFilter { Status = TradeStatus.Open, Limit = Page })),
            ("trades of a rare strategy", () => nexus.Trades.ListAsync(new TradeFilter { Strategy = "RARE", Limit = Page })),
            ("trades of a month", () => nexus.Trades.ListAsync(new TradeFilter { From = now.AddMonths(-7), To = now.AddMonths(-6), Limit = Page })),
        ];
        UserFilter Ending() => new() { EndsFrom = now, EndsBefore = now.AddYears(1), Limit = Page };
        Console.WriteLine($"  a page of {Page} at {sessions:N0} sessions, users and trades, plans for all values forced: "
            + $"median and worst of {Runs} in ms");
        var isFast = true;
        foreach (var (name, list) in lists)
        {
            var times = new List<double>();
            var rows = 0;
            // The first ones fill the server's memory and prepare the statement.
            for (var run = 0; run < Runs + 7; run++)
            {
                var watch = Stopwatch.StartNew();
                rows = await list().CountAsync();
                if (run >= 7) times.Add(watch.Elapsed.TotalMilliseconds);
            }
            times.Sort();
            var median = times[times.Count / 2];
            isFast &= median < LimitMs;
            Console.WriteLine($"  {name,-50} {rows,4} rows {median,9:0.00} {times[^1],9:0.00}{(median < LimitMs ? "" : $"   above {LimitMs} ms")}");
        }
        return isFast;
    }
}
