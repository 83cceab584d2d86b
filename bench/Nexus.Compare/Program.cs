using Nexus.Bench;
using Nexus.Compare;
using Nexus.Compare.Contenders;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine("""
        usage: bench/compare [--seconds N] [--callers N] [--only NAME,…] [--plot FILE] [--slow-disk] [--database URL]

        Runs the same work with Nexus and with what a C# programmer would use instead, each by its own advice, in one run on one server.

          --seconds N            the seconds of a round; default 3
          --callers N            concurrent callers; default 1000
          --only NAME,…          only these, such as Nexus,Dapper
          --plot FILE            writes the bars as SVG
          --slow-disk            fdatasync of the server takes 2 ms longer (needs a C compiler)
          --database URL         a database of yours, in which tables are made; default: a separate server with TLS, SCRAM and fsync
        """);
    return;
}
var duration = TimeSpan.FromSeconds(int.Parse(Option("--seconds") ?? "3"));
var callers = int.Parse(Option("--callers") ?? "1000");
var only = Option("--only")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
await using var database = await BenchDatabase.OpenAsync(Option("--database"), args.Contains("--slow-disk"));
var contenders = new List<IContender>();
try
{
    // Each is opened only if it takes part: its pool, its silo and its tables cost the others something.
    foreach (var (name, open) in Contenders())
    {
        if (only is null || only.Contains(name, StringComparer.OrdinalIgnoreCase)) contenders.Add(await open());
    }
    var comparison = new Comparison(contenders, callers, duration);
    await comparison.RunAsync();
    comparison.Print();
    if (Option("--plot") is { } file) comparison.Plot(file);
}
finally
{
    foreach (var contender in contenders) await contender.DisposeAsync();
}

IEnumerable<(string Name, Func<Task<IContender>> Open)> Contenders()
{
    yield return ("Nexus", () => NexusContender.OnPostgresAsync(database));
    yield return ("Npgsql", () => Task.FromResult<IContender>(new NpgsqlContender(database)));
    yield return ("Dapper", () => Task.FromResult<IContender>(new DapperContender(database)));
    yield return ("EF Core", () => Task.FromResult<IContender>(new EfCoreContender(database)));
    yield return ("Marten", () => Task.FromResult<IContender>(new MartenContender(database)));
    yield return ("Orleans", () => OrleansContender.StartAsync(database));
    yield return ("Nexus, embedded", NexusContender.EmbeddedAsync);
    yield return ("SQLite", () => Task.FromResult<IContender>(new SqliteContender(database)));
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
