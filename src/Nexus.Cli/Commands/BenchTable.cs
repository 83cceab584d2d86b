using Nexus.Audit;
using Nexus.LoadTest;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Prints the load test's report as tables.</summary>
internal static class BenchTable
{
    public static void Write(IAnsiConsole console, BenchReport report)
    {
        console.WriteLine($"{report.Users:N0} users, {report.Seconds:0} s for each variant after {report.WarmUpSeconds:0} s of warm-up, "
            + $"{report.Sessions:N0} sessions, PostgreSQL {Printable.Line(report.Server)}");
        console.Write(Ways(report));
        console.Write(Kinds(report));
        foreach (var promise in report.Promises)
        {
            console.WriteLine($"{(promise.Kept ? "kept    " : "not kept")}  {promise.Promise}: {Ratio(promise.Measured)} of naive (promised "
                + $"{Ratio(promise.Promised)})");
        }
        foreach (var way in report.Ways.Where(way => way.FirstError is not null))
            console.WriteLine($"first error of {way.Name}: {Printable.Line(way.FirstError)}");
        console.WriteLine(report.Lost == 0
            ? $"all acknowledged writes were found: {report.Ways.Sum(way => way.Acknowledged):N0}"
            : $"LOST: {report.Lost:N0} acknowledged writes are missing");
    }

    private static Table Ways(BenchReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (var way in report.Ways) table.AddColumn(new TableColumn(way.Name).RightAligned());
        Row("operations/s", way => $"{way.OperationsPerSecond:N0}");
        Row("p50 ms", way => $"{way.P50Ms:0.00}");
        Row("p95 ms", way => $"{way.P95Ms:0.00}");
        Row("p99 ms", way => $"{way.P99Ms:0.00}");
        Row("errors", way => $"{way.Errors:N0}");
        Row("acknowledged writes", way => $"{way.Acknowledged:N0}");
        Row("lost", way => $"{way.Lost:N0}");
        Row("connections/1,000 operations", way => $"{way.ConnectionsPer1000Operations:0.###}");
        Row("prepared share", way => $"{way.PreparedShare:P0}");
        Row("WAL bytes/write", way => $"{way.WalBytesPerWrite:N0}");
        Row("client memory, peak", way => $"{way.ClientPeakBytes / 1048576.0:N0} MiB");
        Row("client bytes allocated/operation", way => $"{way.ClientAllocatedBytesPerOperation:N0}");
        Row("server processes, private memory", way => way.ServerPrivateBytes is { } bytes ? $"{bytes / 1048576.0:N0} MiB" : "not visible");
        return table;

        void Row(string name, Func<WayReport, string> value) => table.AddRow([name, .. report.Ways.Select(value)]);
    }

    private static Table Kinds(BenchReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("operation");
        foreach (var way in report.Ways) table.AddColumn(new TableColumn($"{way.Name}: /s, p50, p95, p99 ms").RightAligned());
        for (var i = 0; i < report.Ways[0].Operations.Count; i++)
        {
            table.AddRow([report.Ways[0].Operations[i].Kind, .. report.Ways.Select(way => Line(way.Operations[i]))]);
        }
        return table;

        static string Line(OperationReport kind) => $"{kind.OperationsPerSecond:N0}  {kind.P50Ms:0.00}  {kind.P95Ms:0.00}  {kind.P99Ms:0.00}";
    }

    private static string Ratio(double ratio) => ratio >= 10 ? $"{ratio:N0}x" : $"{ratio:0.###}x";
}
