using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Terminal;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.Operations.Outbox;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Lists the conflicts and quarantined writes of the outbox.</summary>
internal sealed class OutboxListCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly OutboxOptions _outbox = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public OutboxListCommand(CommandConsole console)
        : base(
            "list",
            "Show the number of pending writes, and list the conflicts and quarantined writes; --json includes both versions. The exit code is 1 "
                + "if there is a conflict or a quarantined write.")
    {
        _console = console;
        _outbox.AddTo(this);
        Options.Add(_json);
        SetAction(ListAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus outbox list", "lists the outbox in ./data; works while nexus serve runs"),
        ("nexus outbox list --json", "includes both versions of each conflict; their secrets are sealed"),
    ];

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var report = await (await _outbox.OpenAsync(parsed, loggers, cancellationToken)).ListAsync(cancellationToken);
        if (parsed.GetValue(_json)) _console.WriteJson(report, OutboxJson.Default.OutboxReport);
        else Show(report);
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private void Show(OutboxReport report)
    {
        _console.WriteLine($"{report.Outbox.Pending:N0} writes are pending");
        if (report.Conflicts.Count > 0)
        {
            var table = new Table().Border(TableBorder.None).AddColumns("conflict", "record", "write", "spooled", "kept", "reason");
            foreach (var conflict in report.Conflicts)
            {
                table.AddRow(
                    new Text($"{conflict.Id}"), new Text(
                        Printable.Line(
                            $"{conflict.Table} {conflict.RecordId}")), new Text(Printable.Line(conflict.Kind)), new Text($"{conflict.SpooledAt:u}"),
                    new Text(conflict.Kept == ConflictWinner.Remote ? "stored" : "spooled"), new Text(Printable.Line(conflict.Reason)));
            }
            _console.OutTerminal.Write(table);
        }
        if (report.Quarantined.Count == 0) return;
        var refused = new Table().Border(TableBorder.None).AddColumns("quarantined", "record", "write", "spooled", "reason");
        foreach (var write in report.Quarantined)
            refused.AddRow(
                new Text($"{write.Id}"),
                new Text(Printable.Line($"{write.Table} {write.RecordId}")),
                new Text(Printable.Line(write.Kind)),
                new Text($"{write.SpooledAt:u}"),
                new Text(Printable.Line($"{write.Code}: {write.Reason}")));
        _console.OutTerminal.Write(refused);
    }
}
