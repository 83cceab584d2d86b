using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.ImportExport;

namespace Nexus.Cli.Commands;

/// <summary>Exports the state to a file.</summary>
internal sealed class ExportCommand : Command, IHasExamples
{
    private const string StandardOutput = "-";

    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Argument<string> _file =
        new("file") { Description = "The file to write; an existing file is replaced. Use - for standard output.", HelpName = "FILE" };
    private readonly Option<bool> _legacy = new("--legacy")
    {
        Description = "Write sessions.json, bot_state.json and users.json for the legacy bot into the folder FILE, with secrets in plain text. If "
            + "ENCRYPTION_KEY is set, also legacy.sql: its tables for an empty database, with exchange keys sealed under that key.",
    };
    private readonly Option<bool> _json = JsonOption.Create();

    public ExportCommand(CommandConsole console)
        : base("export", "Export the state as NDJSON. Secrets stay sealed: importing needs the same keys. Works while nexus serve runs.")
    {
        _console = console;
        Arguments.Add(_file);
        _store.AddTo(this);
        Options.Add(_legacy);
        Options.Add(_json);
        SetAction(ExportAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus export state.ndjson", "writes a file that only its owner can read"),
        ("nexus export --legacy back", "writes the files and, with ENCRYPTION_KEY, the tables of the legacy bot"),
        ("nexus export - | gzip > state.ndjson.gz", "compresses the export in a pipe"),
    ];

    private async Task<int> ExportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (options, file, asJson) = (_store.Read(parsed), parsed.GetRequiredValue(_file), parsed.GetValue(_json));
        if (file == StandardOutput && asJson)
            throw new CommandFailedException("--json and - both write to standard output: name a file or omit --json", ExitCodes.Usage);
        using var loggers = CommandLogging.Create();
        if (parsed.GetValue(_legacy))
        {
            if (file == StandardOutput)
                throw new CommandFailedException("--legacy writes several files: name a folder instead of -", ExitCodes.Usage);
            var back = await LegacyExport.WriteAsync(options, file, loggers, TimeProvider.System, cancellationToken);
            _console.WriteError(
                $"The files in {file} contain secrets in plain text. Only their owner can read them. Delete them after the import.");
            if (asJson) _console.WriteJson(back, ExchangeReportJson.Default.ExportReport);
            else
                _console.WriteLine(
                    options.EncryptionKey is { Length: > 0 }
                        ? $"Exported {Describe(back)} to {file}. {LegacyExport.TablesFile} has the tables; trades, tasks and calibrations "
                            + "are only there."
                        : $"Exported {back.Sessions:N0} sessions, {back.Users:N0} users and the bot state to {file}. "
                            + $"Trades and tasks are not included: {LegacyExport.TablesFile} has them; it is written if ENCRYPTION_KEY is set.");
            if (back.TasksLeftOut > 0)
            {
                _console.WriteError(
                    $"{back.TasksLeftOut:N0} tasks are left out: the legacy bot stores chats as numbers, and their chats are not numbers.");
            }
            return ExitCodes.Success;
        }
        var report = await ProgressDisplay.RunAsync(_console, "Exporting", async progress =>
        {
            if (file != StandardOutput) return await ExportFile.WriteAsync(options, file, loggers, TimeProvider.System, progress, cancellationToken);
            await using var output = _console.OpenOutput();
            return await ExportFile.WriteAsync(options, output, loggers, TimeProvider.System, progress, cancellationToken);
        });
        if (asJson) _console.WriteJson(report, ExchangeReportJson.Default.ExportReport);
        else if (file != StandardOutput) _console.WriteLine($"Exported {Describe(report)} to {file}");
        return ExitCodes.Success;
    }

    private static string Describe(ExportReport report) =>
        $"{report.Sessions:N0} sessions, {report.Users:N0} users, {report.BotState} bot state, {report.SystemConfig:N0} settings, "
            + $"{report.Trades:N0} trades, {report.State:N0} values of the keyed state, {report.Tasks:N0} tasks and "
            + $"{report.Calibrations:N0} calibrations";
}
