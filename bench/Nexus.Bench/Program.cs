using Nexus.Bench;

// dotnet run -c Release --project bench/Nexus.Bench -- VERB [options]
var verb = args.FirstOrDefault() ?? "help";
var database = Option("--database");
var duration = TimeSpan.FromSeconds(int.Parse(Option("--seconds") ?? "3"));
var callers = int.Parse(Option("--callers") ?? "1000");
var isSlow = args.Contains("--slow-disk");

switch (verb)
{
    case "saves": await SaveBenchmark.RunAsync(database, isSlow, duration, callers); break;
    case "trades": await TradeBenchmark.RunAsync(database, isSlow, duration, callers); break;
    case "toggles": await ToggleBenchmark.RunAsync(database, isSlow, duration, callers); break;
    case "access": await AccessBenchmark.RunAsync(database, duration); break;
    case "metrics": await MetricsBenchmark.RunAsync(database, isSlow, duration, callers); break;
    case "tasks":
        await TaskBenchmark.RunAsync(
            database, isSlow, int.Parse(Option("--tasks") ?? "20000"), int.Parse(Option("--workers") ?? "100"));
        break;
    case "notices":
        await NoticeBenchmark.RunAsync(
            duration, int.Parse(Option("--instances") ?? "4"), int.Parse(Option("--callers") ?? "64"), int.Parse(Option("--milliseconds") ?? "5"));
        break;
    case "events": await EventBenchmark.RunAsync(database, isSlow, duration, int.Parse(Option("--streams") ?? "1000")); break;
    case "dashboards":
        await DashboardBenchmark.RunAsync(
            database, isSlow, duration, int.Parse(Option("--sessions") ?? "100000"), int.Parse(Option("--visitors") ?? "50"));
        break;
    case "bulk": await BulkBenchmark.RunAsync(database, int.Parse(Option("--sessions") ?? "10000")); break;
    case "http": await HttpBenchmark.RunAsync(database, duration); break;
    case "kestrel": await KestrelBenchmark.RunAsync(database, duration); break;
    case "dispatch": await DispatchBenchmark.RunAsync(database, int.Parse(Option("--sessions") ?? "100000")); break;
    case "stream": await StreamBenchmark.RunAsync(database, int.Parse(Option("--sessions") ?? "1000000")); break;
    case "growth": await GrowthBenchmark.RunAsync(database, duration, Option("--plot") ?? "growth.svg"); break;
    case "performance": await PerformanceBenchmark.RunAsync(database, int.Parse(Option("--trades") ?? "1000000")); break;
    case "replica": await ReplicaBenchmark.RunAsync(database, int.Parse(Option("--sessions") ?? "100000")); break;
    case "lists": return await ListBenchmark.RunAsync(database, int.Parse(Option("--sessions") ?? "1000000")) ? 0 : 1;
    case "shards": await ShardBenchmark.RunAsync(database, duration, callers); break;
    case "micro": BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Workload).Assembly).Run(args[1..]); break;
    default:
        Console.WriteLine("""
            Compares Nexus with raw Npgsql in one run on the same server.
              saves    durable saves of one session: 1,000 callers and one caller        [--callers N] [--slow-disk]
              trades   trades appended singly by 1,000 callers                           [--callers N] [--slow-disk]
              toggles  1,000 callers change one row                                      [--callers N] [--slow-disk]
              access   access checks, cached and not cached
              metrics  saves and access checks with and without metrics              [--callers N] [--slow-disk]
              tasks    workers claim and complete due tasks                              [--tasks N] [--workers N] [--slow-disk]
              notices  saves of several instances, change notices in the transaction and after it, commits that wait for a standby
                       [--instances N] [--callers N] [--milliseconds N: the network's round trip to the standby]
              events   saves beside 1,000 event streams                              [--streams N] [--slow-disk]
              dashboards  pages of the dashboard at 100,000 sessions, and saves beside 50 open ones  [--sessions N] [--visitors N] [--slow-disk]
              bulk     save and load 10,000 sessions                                     [--sessions N]
              http     session GET and PUT on 256 connections, and the same through the library
              kestrel  session GET and PUT beside a bare Kestrel endpoint with the same bytes (needs wrk)
              dispatch recipients of a signal: a walk, one query, the index              [--sessions N]
              stream   memory while streaming 1,000,000 sessions                         [--sessions N]
              growth   the cost of an operation at 1,000 to 1,000,000 sessions           [--plot FILE]
              performance  figures of one chat's closed trades, compared with fetching them  [--trades N]
              replica  the fallback's local replica: first copy, a start that compares it, a start that copies it again  [--sessions N]
              lists    a page of each list at 1,000,000 sessions, users and trades, with plans for all values forced  [--sessions N]
              shards   saves in one database and in four shards of one server           [--callers N]
              micro    sealing, JSON, the queue, reads compared with Dapper (BenchmarkDotNet, which gets all further arguments)
            [--seconds N] [--database URL]: without a URL, a separate server with TLS, SCRAM and fsync is started.
            --slow-disk: fdatasync of that server takes 2 ms longer (needs a C compiler).
            """);
        break;
}
return 0;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
