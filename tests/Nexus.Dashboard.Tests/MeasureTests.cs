using System.Diagnostics;
using Microsoft.Playwright;
using Nexus.Dashboard.Tests.Kit;
using Nexus.Json;
using Nexus.Server.Tests.Kit;
using Nexus.Sessions;
using Nexus.StoreContract;

namespace Nexus.Dashboard.Tests;

/// <summary>
/// Prints sizes and times of the pages with many sessions: NEXUS_DASHBOARD_SESSIONS, 2,000 without it. Sizes have limits; times are printed only.
/// </summary>
public sealed class MeasureTests(Browser browser, ITestOutputHelper output)
{
    private const int OverviewLimit = 120 * 1024;

    private static readonly string[] Pages =
    [
        "/", "/sessions", "/sessions?mode=PILOT", "/sessions?strategy=TREND", "/sessions?q=15", "/sessions?q=person%204", "/subscribers",
        "/subscribers?q=person%204",
        "/subscribers?ending=7", "/trades", "/bot-state",
    ];

    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("NEXUS_DASHBOARD_SESSIONS") ?? "2000");

    /// <summary>Everything that a browser with an empty cache loads until the overview is alive.</summary>
    [Fact]
    public async Task The_first_visit_of_the_overview_loads_little()
    {
        await using var server = await RunningServer.StartAsync(await CreateHomeAsync());
        await FillAsync(server.Db, Count);
        var (paints, bytes) = (new List<double>(), 0L);
        for (var visit = 0; visit < 7; visit++)
        {
            await using var context = await browser.OpenAsync(server.Url);
            var page = await context.NewPageAsync();
            using (var visitor = new HttpVisitor(server.Url))
            {
                (await visitor.SignInAsync(server.AdminKey)).Expect(303);
                await context.AddCookiesAsync(visitor.Cookies.GetAllCookies().Select(
                    cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Url = server.Url }));
            }
            await page.GotoAsync("/");
            await Assertions.Expect(page.Locator("[data-live-state]")).ToHaveTextAsync("Live");
            paints.Add(await page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"));
            bytes = await page.EvaluateAsync<long>("""
                performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
                    .reduce((sum, entry) => sum + entry.transferSize, 0)
                """);
        }
        paints.Sort();
        Report($"{Count} sessions: first paint {paints[3]:0} ms (median), {paints[0]:0} to {paints[^1]:0} ms; {bytes} bytes");
        Assert.InRange(bytes, 5_000, OverviewLimit);
    }

    [Fact]
    public async Task Pages_stay_small_however_many_sessions_there_are()
    {
        await using var server = await RunningServer.StartAsync(await CreateHomeAsync());
        await FillAsync(server.Db, Count);
        using var visitor = new HttpVisitor(server.Url);
        (await visitor.SignInAsync(server.AdminKey)).Expect(303);
        foreach (var path in Pages)
        {
            var sizes = new List<int>();
            var times = new List<double>();
            for (var i = 0; i < 11; i++)
            {
                var started = Stopwatch.GetTimestamp();
                var reply = (await visitor.GetAsync(path)).Expect(200);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                sizes.Add(System.Text.Encoding.UTF8.GetByteCount(reply.Text));
            }
            var first = times[0];
            times.Sort();
            Report($"{Count} sessions {path}: {sizes.Max()} bytes, first {first:0.0} ms, median {times[5]:0.0} ms, slowest {times[^1]:0.0} ms");
            Assert.InRange(sizes.Max(), 500, path == "/" ? OverviewLimit : 2 * OverviewLimit);
        }
    }

    private void Report(string line)
    {
        output.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage(line);
    }

    private static async Task<StoreHome> CreateHomeAsync() =>
        Environment.GetEnvironmentVariable("NEXUS_DASHBOARD_STORE") == "postgresql" ? await PostgresHome.CreateAsync() : new SqliteHome();

    private static async Task FillAsync(NexusDb db, int count)
    {
        for (var first = 0; first < count; first += 5_000)
        {
            var part = Enumerable.Range(100_000_000 + first, Math.Min(5_000, count - first)).ToList();
            await db.Sessions.SaveBatchAsync([.. part.Select(chat => new SessionSave(new Session(chat, null, null, ConfigOf(chat))))]);
            await Task.WhenAll(part.Select(chat => db.Users.SaveAsync(chat, $"Person {chat % 1000}", days: 1 + (chat % 90))));
        }
    }

    private static StateJson ConfigOf(int chat)
    {
        var (mode, trend) = (chat % 2 == 0 ? "PILOT" : "WATCHER", chat % 3 == 0 ? "true" : "false");
        return StateJson.Parse($$$"""{"mode":"{{{mode}}}","leverage":5,"strategies":{"TREND":{{{trend}}}}}""");
    }
}
