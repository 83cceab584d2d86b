using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Maintenance;
using Nexus.Operations.Status;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Operations.Tests.Maintenance;

/// <summary>Old months of trades leave the database as an archive, and come back from it.</summary>
public sealed class RetentionTests
{
    private const string Secret = "plain-secret-of-an-old-trade";

    private static readonly DateTimeOffset Old = new(2024, 3, 31, 23, 59, 59, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Old_months_are_archived_and_dropped_and_an_import_restores_them()
    {
        await using var home = await PostgresHome.CreateAsync();
        using var folder = new TempFolder("retention");
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token))
        {
            await AddAsync(db, Old, isOpen: false);
            await AddAsync(db, Old.AddSeconds(1), isOpen: false);
            await AddAsync(db, Old.AddMonths(-2), isOpen: true);
            await AddAsync(db, await db.GetTimeAsync(Token), isOpen: false);
        }
        // Looks like an old month of trades, and is none.
        await home.Database.ExecuteAsync("CREATE TABLE trades_2001_01 (LIKE trades); INSERT INTO trades_2001_01 SELECT * FROM trades LIMIT 1");

        Assert.Equal(JobOutcome.Nothing, (await RunAsync(home, folder, null)).Outcome);
        var planned = await RunAsync(home, folder, 6, isDryRun: true);
        Assert.Contains("ALTER TABLE public.trades DETACH PARTITION public.trades_2024_03 CONCURRENTLY", planned.Steps);
        Assert.Equal(4L, await home.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));

        var run = await RunAsync(home, folder, 6);

        Assert.True(run.Outcome == JobOutcome.Done, run.Gained);
        Assert.Equal("2 months with 2 trades archived; trades_2024_01 stay because trades in them are open", run.Gained);
        Assert.Equal(2L, await home.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
        Assert.Equal(1L, await home.Database.ScalarAsync<long>("SELECT count(*) FROM trades_2001_01"));
        Assert.Null(await home.Database.ScalarAsync<string>("SELECT to_regclass('trades_2024_03')::text"));
        string[] files = [.. Directory.GetFiles(folder["data/archive"]).Order(StringComparer.Ordinal)];
        Assert.Equal(["trades_2024_03.ndjson", "trades_2024_04.ndjson"], files.Select(Path.GetFileName));
        Assert.All(files, file => Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal));
        // With PostgreSQL, the archive may be the first thing in the data folder.
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows())
            Assert.Equal([owner, owner], new[] { "data", "data/archive" }.Select(path => new DirectoryInfo(folder[path]).UnixFileMode));

        var restored = await Import.RunAsync(
            home.CreateOptions(), [.. files.Select(file => (file, (Func<Stream>)(() => File.OpenRead(file))))], new ImportOptions(),
            NullLoggerFactory.Instance, TimeProvider.System, null, Token);
        Assert.True(restored.Ok, string.Join('\n', restored.Refusals.Select(refusal => refusal.Reason).Concat(restored.Warnings)));
        Assert.Equal(2, restored.Counts[ImportKind.Trades].Imported);
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token))
        {
            var trades = await db.Trades.ListAsync(new TradeFilter { To = Old.AddMonths(2) }, Token).ToListAsync(Token);
            Assert.Equal(3, trades.Count);
            Assert.All(trades, trade => Assert.Contains(Secret, trade.Metadata.Reveal(), StringComparison.Ordinal));
        }
        // An archive is never replaced.
        Assert.Equal(JobOutcome.Done, (await RunAsync(home, folder, 6)).Outcome);
        Assert.Equal(
            ["trades_2024_03-2.ndjson", "trades_2024_03.ndjson", "trades_2024_04-2.ndjson", "trades_2024_04.ndjson"],
            Directory.GetFiles(folder["data/archive"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_run_that_was_interrupted_after_the_detach_is_continued()
    {
        await using var home = await PostgresHome.CreateAsync();
        using var folder = new TempFolder("retention");
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token)) await AddAsync(db, Old, isOpen: false);
        await home.Database.ExecuteAsync("COMMENT ON TABLE trades_2024_03 IS 'nexus: a partition of trades that the retention archives and drops'");
        await home.Database.ExecuteAsync("ALTER TABLE trades DETACH PARTITION trades_2024_03");

        Assert.Equal("1 months with 1 trades archived", (await RunAsync(home, folder, null)).Gained);
        Assert.Null(await home.Database.ScalarAsync<string>("SELECT to_regclass('trades_2024_03')::text"));
        Assert.Single(Directory.GetFiles(folder["data/archive"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1201)]
    public async Task A_retention_outside_its_limits_is_refused(int months)
    {
        await using var home = await PostgresHome.CreateAsync();
        using var folder = new TempFolder("retention");
        var error = await Assert.ThrowsAsync<NexusValidationException>(() => RunAsync(home, folder, months));
        Assert.Equal("retainTradesMonths", error.Field);
    }

    private static async Task AddAsync(NexusDb db, DateTimeOffset entry, bool isOpen)
    {
        var (trade, _) = await db.Trades.OpenAsync(
            new Trade
            {
                ChatId = 1001,
                Symbol = "BTCUSDT",
                Side = TradeSide.Long,
                EntryPrice = 100.12345678m,
                Quantity = 2m,
                EntryTimestamp = entry,
                Metadata = StateJson.Parse($$"""{"api_secret":"{{Secret}}"}"""),
            },
            Token);
        if (isOpen) return;
        await db.Trades.CloseAsync(trade.Id, new TradeClose { ExitPrice = 101m, ExitTimestamp = entry.AddHours(1) }, 1001, Token);
    }

    private static async Task<JobRun> RunAsync(PostgresHome home, TempFolder folder, int? months, bool isDryRun = false)
    {
        var options = home.CreateOptions();
        options.DataFolder = folder["data"];
        return Assert.Single((await MaintenanceRuns.RunAsync(
            options, "retention", isDryRun, NullLoggerFactory.Instance, TimeProvider.System, Token, months)).Runs);
    }
}
