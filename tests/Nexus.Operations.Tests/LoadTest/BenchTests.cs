using System.Text.Json;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.LoadTest;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.LoadTest;

public sealed class BenchTests
{
    [Fact]
    public async Task It_measures_every_way_loses_nothing_and_leaves_nothing_behind()
    {
        await using var database = await TestDatabase.CreateAsync();
        var phases = new List<string>();
        var options = new BenchOptions
        {
            Database = database.Url,
            Users = 20,
            Duration = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.FromSeconds(1),
            Sessions = 50,
        };

        var report = await new BenchRunner(options, TimeProvider.System)
            .RunAsync(new Progress<BenchProgress>(progress => { lock (phases) phases.Add(progress.Phase); }), CancellationToken.None);

        Assert.Equal(["nexus", "pooled", "naive"], report.Variants.Select(variant => variant.Name));
        Assert.Equal(0, report.Lost);
        Assert.All(report.Variants, variant =>
        {
            Assert.True(variant.Succeeded > 0);
            Assert.Equal(0, variant.Errors);
            Assert.InRange(variant.PreparedShare, 0, 1);
            Assert.Equal(6, variant.Operations.Count);
            // What was acknowledged while it warmed up is looked for at the end, but not measured.
            Assert.True(
                variant.Acknowledged > variant.Operations.Where(operation => operation.Kind is "save" or "patch" or "trade" or "toggle")
                    .Sum(operation => operation.Succeeded));
        });
        Assert.InRange(report.Variants[2].ConnectionsPer1000Operations, 900, 1100);
        Assert.True(report.Variants[0].ConnectionsPer1000Operations < report.Variants[2].ConnectionsPer1000Operations);
        Assert.Equal(0, report.Variants[2].PreparedShare);
        Assert.Equal(4, report.Promises.Count);
        Assert.Empty(await database.QueryAsync<string>("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'nexus\\_bench%'"));
        lock (phases) Assert.Contains("run", phases);
    }

    [Fact]
    public async Task Its_JSON_has_the_published_names()
    {
        await using var database = await TestDatabase.CreateAsync();
        var options = new BenchOptions
        {
            Database = database.Url,
            Users = 5,
            Duration = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.Zero,
            Sessions = 5,
            Variants = [BenchVariant.Nexus],
        };

        var report = await new BenchRunner(options, TimeProvider.System).RunAsync(null, CancellationToken.None);
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(report, BenchJson.Default.BenchReport));

        Assert.Equal(5, json.RootElement.GetProperty("users").GetInt32());
        Assert.Equal(0, json.RootElement.GetProperty("lost").GetInt64());
        var variant = json.RootElement.GetProperty("variants")[0];
        Assert.Equal("nexus", variant.GetProperty("name").GetString());
        foreach (var name in (string[])["operationsPerSecond", "p50Ms", "p99Ms", "errors", "connectionsPer1000Operations"])
            Assert.Equal(JsonValueKind.Number, variant.GetProperty(name).ValueKind);
        Assert.Equal("access", variant.GetProperty("operations")[0].GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData(0, 1, 0, "--users")]
    [InlineData(1, 0, 0, "--seconds")]
    [InlineData(1, 1, -1, "--warm-up")]
    public async Task A_setting_that_measures_nothing_is_refused_by_its_name(int users, int seconds, int warmUp, string name)
    {
        var options = new BenchOptions
        {
            Database = "postgres://localhost/none",
            Users = users,
            Duration = TimeSpan.FromSeconds(seconds),
            WarmUp = TimeSpan.FromSeconds(warmUp),
        };
        var error = await Assert.ThrowsAsync<NexusConfigurationException>(
            () => new BenchRunner(options, TimeProvider.System).RunAsync(null, CancellationToken.None));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_it_drops_its_schema()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var cancellation = new CancellationTokenSource();
        var options = new BenchOptions
        {
            Database = database.Url,
            Users = 5,
            Duration = TimeSpan.FromMinutes(5),
            Sessions = 5,
            Variants = [BenchVariant.Pooled],
        };
        var running = new TaskCompletionSource();

        var run = new BenchRunner(options, TimeProvider.System).RunAsync(
            new Progress<BenchProgress>(progress => { if (progress.Phase == "run") running.TrySetResult(); }), cancellation.Token);
        await running.Task;
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(await database.QueryAsync<string>("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'nexus\\_bench%'"));
    }

    [Fact]
    public async Task The_ledger_finds_each_kind_of_lost_write()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("""
            CREATE TABLE sessions (chat_id text, config jsonb);
            CREATE TABLE bot_state (enabled_strategies jsonb);
            CREATE TABLE trades (id uuid);
            """);
        var trade = BenchData.Trade(0, DateTimeOffset.UtcNow);
        var ledger = new BenchLedger(1);
        ledger[0].Acknowledge(BenchOperation.Save, 3, null);
        ledger[0].Acknowledge(BenchOperation.Patch, 4, null);
        ledger[0].Acknowledge(BenchOperation.Toggle, 6, null);
        ledger[0].Acknowledge(BenchOperation.Trade, 7, trade);
        Assert.Equal(4, await ledger.CountLostAsync(database.DataSource, CancellationToken.None));

        await database.ExecuteAsync("INSERT INTO sessions VALUES ($1, $2::jsonb)", BenchData.ChatId(0), """{"revision":3,"patched":4}""");
        await database.ExecuteAsync("INSERT INTO bot_state VALUES ($1::jsonb)", $$"""{"{{BenchData.Strategy(0)}}":true}""");
        await database.ExecuteAsync("INSERT INTO trades VALUES ($1)", trade.Id);
        Assert.Equal(0, await ledger.CountLostAsync(database.DataSource, CancellationToken.None));

        await database.ExecuteAsync("INSERT INTO trades VALUES ($1)", trade.Id);
        Assert.Equal(1, await ledger.CountLostAsync(database.DataSource, CancellationToken.None));
    }
}
