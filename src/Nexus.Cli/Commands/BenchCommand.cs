using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.LoadTest;

namespace Nexus.Cli.Commands;

/// <summary>The load test beside other ways of doing the same.</summary>
internal sealed class BenchCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly Option<int> _users = new("--users") { Description = "Users at work at the same time, 1 to 100000.", DefaultValueFactory = _ => 1000, HelpName = "N" };
    private readonly Option<int> _seconds = new("--seconds") { Description = "How long each way is measured.", DefaultValueFactory = _ => 30, HelpName = "S" };
    private readonly Option<int> _warmUp = new("--warm-up") { Description = "How long each way works before it is measured.", DefaultValueFactory = _ => 5, HelpName = "S" };
    private readonly Option<int> _sessions = new("--sessions") { Description = "Sessions in the table before the test begins.", DefaultValueFactory = _ => 10_000, HelpName = "N" };
    private readonly Option<BenchVariant[]> _ways = new("--ways")
    {
        Description = "Which ways: nexus (this library), pooled (a pool and prepared statements, no queue), naive (as the audit found it).",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [BenchVariant.Nexus, BenchVariant.Pooled, BenchVariant.Naive],
        HelpName = "WAY",
    };

    private readonly Option<bool> _json = JsonOption.Create();

    public BenchCommand(CommandConsole console)
        : base("bench", "Load a PostgreSQL database as many users of a bot would, in a schema that is dropped afterwards, beside the careful and the audited way of doing the same. Exit code 1 when an acknowledged write was lost.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_users);
        Options.Add(_seconds);
        Options.Add(_warmUp);
        Options.Add(_sessions);
        Options.Add(_ways);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus bench --database postgres://bot@localhost/nexus", "a thousand users, half a minute each way"),
        ("nexus bench --users 200 --seconds 10 --ways nexus pooled --json", "on DATABASE_URL, for a program"),
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var database = _store.Read(parsed).Database;
        if (string.IsNullOrWhiteSpace(database)) throw new CommandFailedException("bench needs a PostgreSQL database: --database URL, or DATABASE_URL", ExitCodes.Usage);
        var options = new BenchOptions
        {
            Database = database,
            Users = parsed.GetValue(_users),
            Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            WarmUp = TimeSpan.FromSeconds(parsed.GetValue(_warmUp)),
            Sessions = parsed.GetValue(_sessions),
            Ways = parsed.GetValue(_ways)!,
        };
        var runner = new BenchRunner(options, TimeProvider.System);
        var report = await ProgressDisplay.RunAsync(_console, "bench", bar => runner.RunAsync(bar is null ? null : new BenchBar(options, bar), cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report, BenchJson.Default.BenchReport);
        else BenchTable.Write(_console.OutTerminal, report);
        return report.Lost == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>The whole test as one bar: each way is a third of preparing and two thirds of running.</summary>
    private sealed class BenchBar(BenchOptions options, IProgress<(long Done, long Total)> bar) : IProgress<BenchProgress>
    {
        private const int Parts = 1000;

        public void Report(BenchProgress value)
        {
            var way = Enumerable.Range(0, options.Ways.Count).FirstOrDefault(i => options.Ways[i] == value.Way);
            var share = value.Phase switch { "prepare" => value.Share / 3, "run" => (1 + 2 * value.Share) / 3, _ => 1 };
            bar.Report(((long)((way + share) * Parts), options.Ways.Count * Parts));
        }
    }
}
