using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Lists the keys by id, with the number of values that each one sealed.</summary>
internal sealed class KeysListCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public KeysListCommand(CommandConsole console)
        : base(
            "list",
            "List the ids of the keys and how many values of the store each one sealed. The exit code is 1 if a key is missing, or if a value "
            + "is not sealed or cannot be opened.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_json);
        SetAction(ListAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
        [("nexus keys list", "before you remove a key from NEXUS_KEYS: it must not seal any value")];

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var list = await KeyMaintenance.ListAsync(_store.Read(parsed), loggers, TimeProvider.System, cancellationToken);
        if (parsed.GetValue(_json))
        {
            _console.WriteJson(list, KeyReportJson.Default.KeyList);
            return list.Ok ? ExitCodes.Success : ExitCodes.Failure;
        }
        var table = new Table().Border(TableBorder.None).AddColumns("key", "values", "");
        table.Columns[1].RightAligned();
        foreach (var key in list.Keys)
            table.AddRow(new Text(Printable.Line(key.Id)), new Text($"{key.Values:N0}"),
            new Text(key.Seals ? "seals" : key.Given ? "opens" : "missing"));
        _console.OutTerminal.Write(table);
        if (list.Canary is { } canary) _console.WriteError(canary);
        if (list.Unsealed > 0) _console.WriteError($"{list.Unsealed:N0} values are not sealed; nexus keys verify lists them");
        if (list.Unreadable > 0) _console.WriteError($"{list.Unreadable:N0} values cannot be opened; nexus keys verify lists them");
        return list.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }
}
