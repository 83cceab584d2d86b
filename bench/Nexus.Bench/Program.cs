using Nexus.Bench;

// dotnet run -c Release --project bench/Nexus.Bench -- saves|bulk|stream|micro [--database URL] [--seconds N]
var verb = args.FirstOrDefault() ?? "help";
var database = Option("--database");
var seconds = int.Parse(Option("--seconds") ?? "3");

switch (verb)
{
    case "saves": await SaveBenchmark.RunAsync(database, TimeSpan.FromSeconds(seconds), int.Parse(Option("--callers") ?? "1000")); break;
    case "bulk": await BulkBenchmark.RunAsync(database, int.Parse(Option("--sessions") ?? "10000")); break;
    case "stream": await StreamBenchmark.RunAsync(database, int.Parse(Option("--sessions") ?? "1000000")); break;
    case "micro": BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Workload).Assembly).Run(args[1..]); break;
    default:
        Console.WriteLine("""
            Nexus beside raw Npgsql doing the same, in one run on the same server.
              saves   durable saves of one session: 1,000 callers and a lone one    [--callers N]
              bulk    save and load 10,000 sessions       [--sessions N]
              stream  memory while streaming 1,000,000    [--sessions N]
              micro   sealing, JSON, queue (BenchmarkDotNet; further arguments are its own)
            [--seconds N] [--database URL]: without a URL a server of its own is started, with TLS, SCRAM and fsync.
            """);
        break;
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
