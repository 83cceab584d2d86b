using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;

namespace Nexus.Cli.Commands;

/// <summary>Opens every sealed value.</summary>
internal sealed class KeysVerifyCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public KeysVerifyCommand(CommandConsole console)
        : base(
            "verify",
            "Open every sealed value of the store. List the values that cannot be opened and plain text that should be sealed. The exit code "
            + "is 1 if there are any.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_json);
        SetAction(VerifyAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
        [("nexus keys verify --json", "after a restore or a rotation; works while nexus serve runs")];

    private async Task<int> VerifyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var result = await KeyMaintenance.VerifyAsync(_store.Read(parsed), loggers, TimeProvider.System, progress: null, cancellationToken);
        if (parsed.GetValue(_json)) _console.WriteJson(result, KeyReportJson.Default.KeyVerification);
        else
        {
            _console.WriteLine(result.Proven
                ? $"{result.Opened:N0} values can be opened, {result.Unreadable:N0} cannot"
                : "This store has no sealed values, so the keys cannot be verified");
            UnreadableValues.Show(_console, result.Values, result.Unreadable);
        }
        return result.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }
}
