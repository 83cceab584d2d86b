using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Operations.ImportExport;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>The lines of an export, byte by byte as the first release wrote them.</summary>
public sealed class ExportFormatTests
{
    [Fact]
    public async Task Each_kind_of_record_is_exported_as_it_always_was()
    {
        using var folder = new TempFolder("format");
        await using var store = new SqliteStore(folder["data"], new FixedClock(), NullLoggerFactory.Instance);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var (name, write) in SampleWrites.All)
            Assert.True((await store.ApplyAsync([write], atomic: false, TestContext.Current.CancellationToken))[0].IsApplied, name);

        using var output = new MemoryStream();
        await new Exporter(store).WriteAsync(output, ["key"], progress: null, TestContext.Current.CancellationToken);

        Assert.Equal(
            await File.ReadAllTextAsync(
                Path.Combine(AppContext.BaseDirectory, "ImportExport", "export.ndjson"), TestContext.Current.CancellationToken),
            Encoding.UTF8.GetString(output.ToArray()));
    }

    /// <summary>A table that an export forgets would be missing from every backup by export.</summary>
    [Fact]
    public async Task Every_record_of_every_table_is_a_line_of_the_export()
    {
        using var folder = new TempFolder("export-tables");
        await using var store = new SqliteStore(folder["data"], new FixedClock(), NullLoggerFactory.Instance);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var (_, write) in SampleWrites.All) await store.ApplyAsync([write], atomic: false, TestContext.Current.CancellationToken);
        var records = await store.ReadAsync(
            connection =>
                RecordTables.All.Select(table => connection.ReadNumber($"SELECT count(*) FROM {table.Name}"))
                    .ToList(), TestContext.Current.CancellationToken);

        using var output = new MemoryStream();
        var report = await new Exporter(store).WriteAsync(output, ["key"], progress: null, TestContext.Current.CancellationToken);

        Assert.All(records, count => Assert.True(count > 0));
        Assert.Equal(records.Sum(), report.Total);
        Assert.Equal(records.Sum() + 2, Encoding.UTF8.GetString(output.ToArray()).Count(character => character == '\n'));
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => SampleWrites.Noon;
    }
}
