using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.LoadTest;

namespace Nexus.Cli.Commands;

/// <summary>The load test, which compares Nexus with two other implementations.</summary>
internal sealed class BenchCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly Option<int> _users =
        new("--users") { Description = "Concurrent users, 1 to 100000.", DefaultValueFactory = _ => 1000, HelpName = "N" };
    private readonly Option<int> _seconds =
        new("--seconds") { Description = "Seconds for which each variant is measured.", DefaultValueFactory = _ => 30, HelpName = "S" };
    private readonly Option<int> _warmUp =
        new("--warm-up") { Description = "Seconds for which each variant runs before it is measured.", DefaultValueFactory = _ => 5, HelpName = "S" };
    private readonly Option<int> _sessions =
        new("--sessions") { Description = "Sessions in the table before the test starts.", DefaultValueFactory = _ => 10_000, HelpName = "N" };
    private readonly Option<BenchVariant[]> _variants = new("--variants")
    {
        Description = "The variants to run: nexus (this library), pooled (a pool and prepared statements, no queue), naive (a new connection for "
            + "each operation).",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [BenchVariant.Nexus, BenchVariant.Pooled, BenchVariant.Naive],
        HelpName = "VARIANT",
    };

    private readonly Option<bool> _json = JsonOption.Create();

    public BenchCommand(CommandConsole console)
        : base(
            "bench",
            "Load a PostgreSQL database as many users of a bot would, through Nexus and through two other implementations. Each runs in a schema "
                + "that is dropped afterwards. The exit code is 1 if an acknowledged write was lost.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_users);
        Options.Add(_seconds);
        Options.Add(_warmUp);
        Options.Add(_sessions);
        Options.Add(_variants);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus bench --database postgres://bot@localhost/nexus", "1,000 users, 30 seconds for each variant"),
        ("nexus bench --users 200 --seconds 10 --variants nexus pooled --json", "two variants on the database of DATABASE_URL, as JSON"),
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var database = _store.Read(parsed).Database;
        if (string.IsNullOrWhiteSpace(database))
            throw new CommandFailedException("bench needs a PostgreSQL database: pass --database URL or set DATABASE_URL", ExitCodes.Usage);
        var options = new BenchOptions
        {
            Database = database,
            Users = parsed.GetValue(_users),
            Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            WarmUp = TimeSpan.FromSeconds(parsed.GetValue(_warmUp)),
            Sessions = parsed.GetValue(_sessions),
            Variants = parsed.GetValue(_variants)!,
        };
        var runner = new BenchRunner(options, TimeProvider.System);
        var report = await ProgressDisplay.RunAsync(
            _console, "bench", bar => runner.RunAsync(bar is null ? null : new BenchBar(options, bar), cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report, BenchJson.Default.BenchReport);
        else BenchTable.Write(_console.OutTerminal, report);
        return report.Lost == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>Shows the whole test as one bar: a third of each variant is preparation, two thirds are the run.</summary>
    private sealed class BenchBar(BenchOptions options, IProgress<(long Done, long Total)> bar) : IProgress<BenchProgress>
    {
        private const int Parts = 1000;

        public void Report(BenchProgress value)
        {
            var variant = Enumerable.Range(0, options.Variants.Count).FirstOrDefault(i => options.Variants[i] == value.Variant);
            var share = value.Phase switch { "prepare" => value.Share / 3, "run" => (1 + 2 * value.Share) / 3, _ => 1 };
            bar.Report(((long)((variant + share) * Parts), options.Variants.Count * Parts));
        }
    }
}
