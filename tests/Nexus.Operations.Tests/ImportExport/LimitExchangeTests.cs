using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Operations.ImportExport;
using Nexus.Secrets;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>Whatever a store accepted can be exported and imported again, into either kind of store.</summary>
public abstract class LimitExchangeTests
{
    private static readonly string Key = KeyRing.GenerateKey();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Records_at_the_limits_come_out_and_in_as_they_were(int seed)
    {
        await using var from = await CreateSourceAsync();
        await using var to = await CreateTargetAsync();
        using var folder = new TempFolder("limits");
        var file = folder["state.ndjson"];
        IReadOnlyList<string> stored;
        await using (var db = await NexusDb.OpenAsync(Options(from), cancellationToken: Token))
        {
            await LimitRecords.FillAsync(db, seed, Token);
            await LimitRecords.FillKeptIdsAsync(db, seed, Token);
            stored = await LimitRecords.DescribeAsync(db, Token);
        }

        await ExportFile.WriteAsync(Options(from), file, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
        var report = await Import.RunAsync(
            Options(to),
            [(file, () => File.OpenRead(file))],
            new ImportOptions(),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            progress: null,
            Token);

        Assert.True(report.Ok, string.Join('\n', report.Refusals.Select(refusal => refusal.ToString()).Concat(report.Warnings)));
        await using (
            var db = await NexusDb.OpenAsync(
                Options(to), cancellationToken: Token)) Assert.Equal(stored, await LimitRecords.DescribeAsync(db, Token));
        var again = await Import.RunAsync(
            Options(to),
            [(file, () => File.OpenRead(file))],
            new ImportOptions(),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            progress: null,
            Token);
        Assert.True(again.Ok);
        Assert.All(again.Counts.Values, counts => Assert.Equal(0, counts.Imported + counts.Updated));
    }

    protected abstract Task<StoreHome> CreateSourceAsync();

    protected abstract Task<StoreHome> CreateTargetAsync();

    private static NexusOptions Options(StoreHome home)
    {
        var options = home.CreateOptions();
        options.Keys = Key;
        return options;
    }
}

public sealed class SqliteToPostgresLimitTests : LimitExchangeTests
{
    protected override Task<StoreHome> CreateSourceAsync() => Task.FromResult<StoreHome>(new SqliteHome());

    protected override async Task<StoreHome> CreateTargetAsync() => await PostgresHome.CreateEmptyAsync();
}

/// <summary>Both roles carry every hostile setting.</summary>
public sealed class HostileLimitTests : LimitExchangeTests
{
    protected override async Task<StoreHome> CreateSourceAsync() => await OwnedPostgresHome.CreateOwnedAsync();

    protected override async Task<StoreHome> CreateTargetAsync() => await OwnedPostgresHome.CreateOwnedAsync();
}

public sealed class PostgresToEmbeddedLimitTests : LimitExchangeTests
{
    protected override async Task<StoreHome> CreateSourceAsync() => await PostgresHome.CreateEmptyAsync();

    protected override Task<StoreHome> CreateTargetAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}
