using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.Failover;

namespace Nexus.Cli.Commands;

/// <summary>Resolves a conflict.</summary>
internal sealed class OutboxResolveCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly OutboxOptions _outbox = new();
    private readonly Argument<long> _id = new("number") { Description = "The number of the conflict in nexus outbox list." };
    private readonly Option<string> _keep = new Option<string>("--keep")
    {
        Description = "The version to keep: stored (in PostgreSQL) or spooled (in the outbox).",
        Required = true,
        HelpName = "stored|spooled",
    }.AcceptOnlyFromAmong("stored", "spooled");

    public OutboxResolveCommand(CommandConsole console)
        : base("resolve", "Resolve a conflict. Applies the chosen version to PostgreSQL if it is not there already.")
    {
        _console = console;
        Arguments.Add(_id);
        Options.Add(_keep);
        _outbox.AddTo(this);
        SetAction(ResolveAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
        [("nexus outbox resolve 3 --keep spooled", "keeps the version that was written during the outage")];

    private async Task<int> ResolveAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var id = parsed.GetValue(_id);
        var keep = parsed.GetValue(_keep) == "stored" ? ConflictWinner.Remote : ConflictWinner.Local;
        if (await (await _outbox.OpenAsync(parsed, loggers, cancellationToken)).ResolveAsync(id, keep, cancellationToken))
            return ExitCodes.Success;
        _console.WriteError($"there is no conflict {id}");
        return ExitCodes.Failure;
    }
}
