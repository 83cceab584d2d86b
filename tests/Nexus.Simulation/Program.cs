using System.Globalization;
using System.Text.Json;
using Nexus.Simulation;

const string Usage = """
    usage: Nexus.Simulation FIRST-SEED COUNT [--shards [--fallback]] [--log]
           Nexus.Simulation FIRST-SEED COUNT --planted NAME|all
           Nexus.Simulation known COUNT --planted NAME|all
    --shards: three shards, between which buckets are moved, in place of one server or a pair.
    --fallback: two of the three instances have a fallback for each shard.
    Prints a line of JSON for each seed, or for each planted defect the first seed that finds it; known: its recorded seed, then those from 1 on.
    """;

if (args is not [var first, var size, .. var rest] || !int.TryParse(size, CultureInfo.InvariantCulture, out var count)
    || rest is not ([] or ["--log"] or ["--shards"] or ["--shards", "--log"] or ["--shards", "--fallback"] or ["--shards", "--fallback", "--log"]
        or ["--planted", _]))
{
    Console.Error.WriteLine(Usage);
    return 2;
}
SingleWorker.Enforce();
using var run = new SimulationRun();
if (rest is ["--planted", var name])
{
    var search = new PlantedSearch(run);
    var isFound = true;
    foreach (var defect in name == "all" ? PlantedDefects.Names : [name])
    {
        long[] known = first == "known" && PlantedDefects.SeedOf(defect) is { } recorded ? [recorded] : [];
        if (first == "known" && known.Length == 0) continue;
        var finding = search.Find(defect, known.Concat(Seeds(first == "known" ? 1 : ToSeed(first), count)));
        Console.WriteLine(JsonSerializer.Serialize(finding));
        isFound &= finding.Seed is not null;
    }
    return isFound ? 0 : 1;
}
var failed = 0;
foreach (var seed in Seeds(ToSeed(first), count))
{
    var result = run.Execute(
        seed, output: rest is [.., "--log"] ? Console.Out : null, kind: KindOf(rest));
    Console.WriteLine(JsonSerializer.Serialize(result));
    if (result.Violations.Count > 0) failed++;
}
return failed == 0 ? 0 : 1;

static WorldKind KindOf(string[] options) =>
    options is ["--shards", "--fallback", ..] ? WorldKind.ShardsWithFallback : options is ["--shards", ..] ? WorldKind.Shards : WorldKind.Server;

static long ToSeed(string text) => long.Parse(text, CultureInfo.InvariantCulture);

static IEnumerable<long> Seeds(long first, int count) => Enumerable.Range(0, count).Select(n => first + n);
