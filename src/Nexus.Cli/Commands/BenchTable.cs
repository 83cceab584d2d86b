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
        console.Write(Variants(report));
        console.Write(Kinds(report));
        foreach (var promise in report.Promises)
        {
            console.WriteLine($"{(promise.Kept ? "kept    " : "not kept")}  {promise.Promise}: {Ratio(promise.Measured)} of naive (promised "
                + $"{Ratio(promise.Promised)})");
        }
        foreach (var variant in report.Variants.Where(variant => variant.FirstError is not null))
            console.WriteLine($"first error of {variant.Name}: {Printable.Line(variant.FirstError)}");
        console.WriteLine(report.Lost == 0
            ? $"all acknowledged writes were found: {report.Variants.Sum(variant => variant.Acknowledged):N0}"
            : $"LOST: {report.Lost:N0} acknowledged writes are missing");
    }

    private static Table Variants(BenchReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (var variant in report.Variants) table.AddColumn(new TableColumn(variant.Name).RightAligned());
        Row("operations/s", variant => $"{variant.OperationsPerSecond:N0}");
        Row("p50 ms", variant => $"{variant.P50Ms:0.00}");
        Row("p95 ms", variant => $"{variant.P95Ms:0.00}");
        Row("p99 ms", variant => $"{variant.P99Ms:0.00}");
        Row("errors", variant => $"{variant.Errors:N0}");
        Row("acknowledged writes", variant => $"{variant.Acknowledged:N0}");
        Row("lost", variant => $"{variant.Lost:N0}");
        Row("connections/1,000 operations", variant => $"{variant.ConnectionsPer1000Operations:0.###}");
        Row("prepared share", variant => $"{variant.PreparedShare:P0}");
        Row("WAL bytes/write", variant => $"{variant.WalBytesPerWrite:N0}");
        Row("client memory, peak", variant => $"{variant.ClientPeakBytes / 1048576.0:N0} MiB");
        Row("client bytes allocated/operation", variant => $"{variant.ClientAllocatedBytesPerOperation:N0}");
        Row("server processes, private memory", variant => variant.ServerPrivateBytes is { } bytes ? $"{bytes / 1048576.0:N0} MiB" : "not visible");
        return table;

        void Row(string name, Func<VariantReport, string> value) => table.AddRow([name, .. report.Variants.Select(value)]);
    }

    private static Table Kinds(BenchReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("operation");
        foreach (var variant in report.Variants) table.AddColumn(new TableColumn($"{variant.Name}: /s, p50, p95, p99 ms").RightAligned());
        for (var i = 0; i < report.Variants[0].Operations.Count; i++)
        {
            table.AddRow([report.Variants[0].Operations[i].Kind, .. report.Variants.Select(variant => Line(variant.Operations[i]))]);
        }
        return table;

        static string Line(OperationReport kind) => $"{kind.OperationsPerSecond:N0}  {kind.P50Ms:0.00}  {kind.P95Ms:0.00}  {kind.P99Ms:0.00}";
    }

    private static string Ratio(double ratio) => ratio >= 10 ? $"{ratio:N0}x" : $"{ratio:0.###}x";
}
