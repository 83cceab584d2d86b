using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.Failover;

namespace Nexus.Cli.Commands;

/// <summary>Decides which of two versions holds.</summary>
internal sealed class OutboxResolveCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly OutboxOptions _outbox = new();
    private readonly Argument<long> _id = new("number") { Description = "The conflict's number in nexus outbox list." };
    private readonly Option<ConflictWinner> _keep = new("--keep") { Description = "The version that is to hold: stored, PostgreSQL's, or spooled, the outbox's.", Required = true, HelpName = "stored|spooled" };

    public OutboxResolveCommand(CommandConsole console)
        : base("resolve", "End a conflict. The version that is to hold goes to PostgreSQL where it is not the one that stands there.")
    {
        _console = console;
        Arguments.Add(_id);
        Options.Add(_keep);
        _outbox.AddTo(this);
        SetAction(ResolveAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples => [("nexus outbox resolve 3 --keep spooled", "what was written during the outage holds after all")];

    private async Task<int> ResolveAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var id = parsed.GetValue(_id);
        if (await (await _outbox.OpenAsync(parsed, loggers, cancellationToken)).ResolveAsync(id, parsed.GetValue(_keep), cancellationToken)) return ExitCodes.Success;
        _console.WriteError($"there is no conflict {id}");
        return ExitCodes.Failure;
    }
}
