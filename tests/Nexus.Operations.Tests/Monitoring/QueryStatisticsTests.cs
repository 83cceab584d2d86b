using Nexus.Operations.Monitoring;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Monitoring;

public sealed class QueryStatisticsTests
{
    [Fact]
    public async Task Statements_are_shown_by_their_share_without_constants()
    {
        await using var cluster = await StartAsync();
        await using var server = await MonitoredServer.StartAsync(usesPostgres: true, cluster, "--monitor-interval", "1s");
        var none = (await server.Program.RunAsync("queries")).Expect(1);
        Assert.Contains("CREATE EXTENSION pg_stat_statements", none.Error, StringComparison.Ordinal);

        await server.Database.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        await server.Database.ExecuteAsync(
            "CREATE ROLE \"r\u202e<b>\" PASSWORD 'hunter2secret'; DROP ROLE \"r\u202e<b>\"; SELECT pg_sleep(0.4), 'sk_live_1234567890'");
        await server.UseAsync();
        var report = default(System.Text.Json.JsonElement);
        await Eventually.TrueAsync(async () =>
        {
            var run = await server.Program.RunAsync("queries", "--json", "--limit", "100");
            if (run.ExitCode != 0) return false;
            report = run.Json;
            return report.GetProperty("statements").EnumerateArray().Any(statement => statement.GetProperty("text").GetString()!.Contains("pg_sleep"))
                && report.GetProperty("operations").GetArrayLength() > 0;
        }, TimeSpan.FromSeconds(150));
        var text = report.GetRawText();

        foreach (var secret in new[] { "hunter2secret", "sk_live", "\u202e" }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        var slow = report.GetProperty("statements").EnumerateArray()
            .Single(statement => statement.GetProperty("text").GetString()!.Contains("pg_sleep"));
        var total = slow.GetProperty("total");
        Assert.Equal(1, total.GetProperty("calls").GetInt64());
        Assert.InRange(total.GetProperty("meanMilliseconds").GetDouble(), 400, 60_000);
        Assert.InRange(total.GetProperty("share").GetDouble(), 0.01, 1);
        Assert.DoesNotContain(report.GetProperty("statements").EnumerateArray(),
            statement => statement.GetProperty("text").GetString()!.Contains("pg_stat_database"));
        var operation = report.GetProperty("operations").EnumerateArray()
            .Single(operation => operation.GetProperty("name").GetString() == "save_session");
        Assert.True(operation.GetProperty("p99Milliseconds").GetDouble() > 0);

        var spanish = (await server.Program.RunAsync("queries", "--lang", "es")).Expect(0).Output;
        Assert.Contains("llamadas", spanish, StringComparison.Ordinal);
        Assert.Contains("pg_sleep", spanish, StringComparison.Ordinal);

        // Nothing is planned as a superuser, and an unknown id is no statement.
        var plan = (await server.Program.RunAsync("queries", "--plan", slow.GetProperty("id").GetString()!)).Expect(2);
        Assert.Contains("cannot be planned", plan.Error, StringComparison.Ordinal);
        (await server.Program.RunAsync("queries", "--plan", "1-2")).Expect(1);

        await WatchAsync(server.Program, cluster);
    }

    /// <summary>Without the server, so that it reads the database itself, which is unavailable in between.</summary>
    private static async Task WatchAsync(NexusProgram monitored, PostgresCluster cluster)
    {
        using var program = new NexusProgram();
        program.Environment["DATABASE_URL"] = monitored.Environment["DATABASE_URL"];
        await using var watch = program.Start("queries", "--watch", "--interval", "1");
        await Eventually.TrueAsync(() => Readings() >= 2, TimeSpan.FromSeconds(60));
        await cluster.StopAsync();
        await watch.ReadErrorLineAsync(line => line.StartsWith("nexus: ", StringComparison.Ordinal));
        var before = Readings();
        await cluster.RestartAsync();
        await Eventually.TrueAsync(() => Readings() > before, TimeSpan.FromSeconds(60));
        watch.Signal(ChildProcess.SigInt);
        Assert.Equal(0, await watch.WaitForExitAsync());

        int Readings() => watch.Output.Split("pg_sleep").Length - 1;
    }

    [Fact]
    public async Task A_replaced_function_is_not_called()
    {
        await using var cluster = await StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await database.ExecuteAsync("CREATE ROLE eve LOGIN; CREATE SCHEMA trap AUTHORIZATION eve; CREATE EXTENSION pg_stat_statements SCHEMA trap");
        using var program = new NexusProgram();
        program.Environment["DATABASE_URL"] = database.Url;

        Assert.Contains("whose owner could replace it", (await program.RunAsync("queries")).Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_and_a_database_the_command_says_what_it_needs()
    {
        using var program = new NexusProgram();

        (await program.RunAsync("queries")).Expect(2).ExpectOneLine("needs a PostgreSQL database");
        (await program.RunAsync("queries", "--watch", "--json")).Expect(2);
        (await program.RunAsync("queries", "--limit", "0")).Expect(2);
        (await program.RunAsync("queries", "--watch", "--interval", "0")).Expect(2);
    }

    [Fact]
    public void The_history_gives_the_counters_of_an_hour_and_a_day_ago_and_stays_bounded()
    {
        using var folder = new TempFolder("queries");
        using var history = QueryHistory.Open(folder.Path);
        var now = new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);
        // A snapshot every 30 minutes for 40 days.
        for (var at = now.AddDays(-40); at <= now; at = at.AddMinutes(30))
            history.Save(at, [("a", new StatementCounters((long)(at - now.AddDays(-40)).TotalMinutes, 0, 1))]);

        Assert.Equal(40 * 1440 - 60, history.Load(now, TimeSpan.FromHours(1))["a"].Calls);
        Assert.Equal(39 * 1440, history.Load(now, TimeSpan.FromDays(1))["a"].Calls);
        Assert.Equal(11 * 1440, history.Load(now, TimeSpan.FromDays(29))["a"].Calls);
        Assert.Empty(history.Load(now, TimeSpan.FromDays(39)));
        // An hour's snapshots but the first are dropped after a day: about 29 days of 24 and one day of 48.
        Assert.InRange(new FileInfo(folder[QueryHistory.FileName]).Length + new FileInfo(folder[$"{QueryHistory.FileName}-wal"]).Length, 1,
            20_000_000);
    }

    [Fact]
    public void A_damaged_history_is_replaced()
    {
        using var folder = new TempFolder("queries");
        File.WriteAllText(folder[QueryHistory.FileName], new string('x', 10_000));
        using var history = QueryHistory.Open(folder.Path);

        history.Save(DateTimeOffset.UnixEpoch, [("a", new StatementCounters(1, 1, 1))]);
    }

    [Fact]
    public void A_reset_of_the_statistics_is_no_negative_number()
    {
        Assert.Equal(new StatementCounters(5, 5, 5), new StatementCounters(5, 5, 5).Since(new StatementCounters(100, 100, 100)));
        Assert.Equal(new StatementCounters(5, 4, 3), new StatementCounters(15, 14, 13).Since(new StatementCounters(10, 10, 10)));
    }

    private static Task<PostgresCluster> StartAsync() => PostgresCluster.StartAsync(new PostgresClusterOptions
    {
        Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements" },
    });
}
