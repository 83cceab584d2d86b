using System.Collections.Concurrent;
using System.Text;

[assembly: AssemblyFixture(typeof(Nexus.Audit.Tests.DetectionTable))]

namespace Nexus.Audit.Tests;

/// <summary>Counts what the checks' tests found, and writes the table of docs/audit.md to the file that NEXUS_AUDIT_TABLE names.</summary>
public sealed class DetectionTable : IDisposable
{
    private static readonly ConcurrentDictionary<string, Counts> ById = new();

    private sealed class Counts
    {
        public int MustFind { get; set; }

        public int Found { get; set; }

        public int MustBeClean { get; set; }

        public int FalseAlarms { get; set; }
    }

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("NEXUS_AUDIT_TABLE") is not { Length: > 0 } file) return;
        var table = new StringBuilder("| check | finds | detected | false alarms |\n| --- | --- | --- | --- |\n");
        foreach (var check in CheckCatalogue.All)
        {
            var counts = ById.GetValueOrDefault(check.Id) ?? new Counts();
            table.Append(
                $"| [{check.Id}](audit/{check.Id}.md) | {check.Title.En} | {counts.Found} of {counts.MustFind} | {counts.FalseAlarms} of "
                + $"{counts.MustBeClean} |\n");
        }
        File.WriteAllText(file, table.ToString());
    }

    internal static void Detected(CheckResult result, bool isFound) => Count(result, counts =>
    {
        counts.MustFind++;
        if (isFound) counts.Found++;
    });

    internal static void Clean(CheckResult result, bool isClean) => Count(result, counts =>
    {
        counts.MustBeClean++;
        if (!isClean) counts.FalseAlarms++;
    });

    private static void Count(CheckResult result, Action<Counts> count)
    {
        var counts = ById.GetOrAdd(result.Check.Id, _ => new Counts());
        lock (counts) count(counts);
    }
}
