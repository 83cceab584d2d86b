using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.Operations.Outbox;

namespace Nexus.Cli.Commands;

/// <summary>Retries or discards a quarantined write.</summary>
internal sealed class OutboxReleaseCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly Func<OutboxAdmin, long, CancellationToken, Task<bool>> _decide;
    private readonly OutboxOptions _outbox = new();
    private readonly Argument<long> _id = new("number") { Description = "The number of the write in nexus outbox list." };

    public OutboxReleaseCommand(
        CommandConsole console, string name, string description, Func<OutboxAdmin, long, CancellationToken, Task<bool>> decide)
        : base(name, description)
    {
        (_console, _decide) = (console, decide);
        Arguments.Add(_id);
        _outbox.AddTo(this);
        SetAction(DecideAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples => [($"nexus outbox {Name} 7", "the quarantined write number 7")];

    private async Task<int> DecideAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var id = parsed.GetValue(_id);
        if (await _decide(await _outbox.OpenAsync(parsed, loggers, cancellationToken), id, cancellationToken)) return ExitCodes.Success;
        _console.WriteError($"there is no quarantined write {id}");
        return ExitCodes.Failure;
    }
}
