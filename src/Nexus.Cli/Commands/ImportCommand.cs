using System.CommandLine;
using Nexus.Audit;
using Nexus.Chats;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.ImportExport;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Imports exports and the legacy bot's files.</summary>
internal sealed class ImportCommand : Command, IHasExamples
{
    private const string StandardInput = "-";

    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Argument<string[]> _files = new("file")
    {
        Description = "Exports of Nexus, or the legacy bot's sessions.json, bot_state.json or list of users. Use - for standard input. With --from, "
            + "one SQLite file of that bot.",
        Arity = ArgumentArity.OneOrMore,
        HelpName = "FILE",
    };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only report what would change. Works while nexus serve runs." };
    private readonly Option<bool> _overwrite =
        new("--overwrite") { Description = "Replace records of the store that differ from the file, even if they may be newer." };
    private readonly Option<bool> _apiKeys =
        new("--api-keys") { Description = "Also import the API keys of an export. This restores keys that were removed after the export." };
    private readonly Option<string> _timeZone = new("--legacy-timezone")
    {
        Description = "Time zone of timestamps without an offset in legacy files.",
        HelpName = "TZ",
        DefaultValueFactory = _ => "UTC",
    };
    private readonly Option<string?> _from = new("--from")
    {
        Description = $"The bot that made the file: {string.Join(" or ", SourceImport.Programs)}. Its trades are imported for one chat; a bot "
            + "that runs may keep the file open.",
        HelpName = "BOT",
    };
    private readonly Option<string?> _chat = new("--chat-id") { Description = "With --from: the chat that the trades belong to.", HelpName = "ID" };
    private readonly Option<bool> _json = JsonOption.Create();

    public ImportCommand(CommandConsole console)
        : base(
            "import",
            "Import files into the store. Secrets are sealed. Importing is idempotent: a second import changes nothing. The exit code is 1 if a "
                + "record was refused.")
    {
        _console = console;
        Arguments.Add(_files);
        _store.AddTo(this);
        Options.Add(_dryRun);
        Options.Add(_overwrite);
        Options.Add(_apiKeys);
        Options.Add(_timeZone);
        _from.AcceptOnlyFromAmong([.. SourceImport.Programs]);
        Options.Add(_from);
        Options.Add(_chat);
        Options.Add(_json);
        SetAction(ImportAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus import data/sessions.json data/bot_state.json", "imports the legacy bot's fallback files; ENCRYPTION_KEY opens its tokens"),
        ("nexus import --dry-run state.ndjson", "reports what the import would change"),
        ("nexus import --from freqtrade tradesv3.sqlite --chat-id 1001 --dry-run", "reports what becomes of each table of the file"),
    ];

    private async Task<int> ImportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(parsed.GetRequiredValue(_timeZone), out var zone))
            throw new CommandFailedException("--legacy-timezone must be an IANA time zone name such as Europe/Madrid", ExitCodes.Usage);
        var files = parsed.GetRequiredValue(_files);
        foreach (var file in files)
        {
            if (file != StandardInput && !File.Exists(file)) throw new CommandFailedException($"{file} does not exist");
        }
        var options = new ImportOptions
        {
            DryRun = parsed.GetValue(_dryRun),
            Overwrite = parsed.GetValue(_overwrite),
            ApiKeys = parsed.GetValue(_apiKeys),
            LegacyZone = zone,
        };
        using var loggers = CommandLogging.Create();
        var source = ReadSource(parsed, files);
        var report = await ShowProgressAsync(progress => source is var (bot, chat)
            ? SourceImport.RunAsync(
                _store.Read(parsed), bot, files[0], chat, options, loggers, TimeProvider.System, progress, cancellationToken)
            : Import.RunAsync(
                _store.Read(parsed), [
                    .. files.Select(file => (file == StandardInput ? "standard input" : file, (Func<Stream>)(() => Open(file))))
                ], options, loggers, TimeProvider.System, progress, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report, ExchangeReportJson.Default.ImportReport);
        else Show(report);
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private (string Bot, ChatId Chat)? ReadSource(ParseResult parsed, string[] files)
    {
        var (bot, chat) = (parsed.GetValue(_from), parsed.GetValue(_chat));
        if (bot is null)
        {
            return chat is null ? null
                : throw new CommandFailedException("--chat-id is for the file of another bot: name it with --from", ExitCodes.Usage);
        }
        if (chat is null) throw new CommandFailedException("--from needs --chat-id: the chat that the trades belong to", ExitCodes.Usage);
        if (files is not [var file] || file == StandardInput)
            throw new CommandFailedException("--from reads one SQLite file, not standard input", ExitCodes.Usage);
        return ChatId.TryParse(chat, out var id) ? (bot, id)
            : throw new CommandFailedException("--chat-id must be a chat id: digits with an optional leading minus", ExitCodes.Usage);
    }

    private Stream Open(string file) =>
        file == StandardInput
            ? _console.OpenInput()
            : new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>The number of records is unknown until the end of the file, so this shows a count instead of a bar.</summary>
    private Task<ImportReport> ShowProgressAsync(Func<IProgress<(string File, long Done)>?, Task<ImportReport>> work) => !_console.ShowsProgress
        ? work(null)
        : _console.ErrorTerminal.Status().StartAsync("Importing", context => work(new Counter(context)));

    private void Show(ImportReport report)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("", "imported", "updated", "unchanged", "kept", "refused");
        foreach (var column in table.Columns.Skip(1)) column.RightAligned();
        foreach (var (kind, counts) in report.Counts.OrderBy(count => count.Key))
        {
            table.AddRow(
                NameOf(kind), $"{counts.Imported:N0}", $"{counts.Updated:N0}", $"{counts.Unchanged:N0}", $"{counts.Kept:N0}", $"{counts.Refused:N0}");
        }
        _console.OutTerminal.Write(table);
        if (report.Source is { } source) Show(source);
        if (report.Counts.Values.Any(counts => counts.Kept > 0))
            _console.WriteLine("Kept: the store has a different version that is or may be newer. Use --overwrite to replace it.");
        if (report.ApiKeysLeft > 0) _console.WriteLine($"{report.ApiKeysLeft:N0} API keys were skipped. Use --api-keys to import them.");
        if (report.DryRun) _console.WriteLine("Nothing was written (--dry-run).");
        RepeatedReasons.Show(_console, report.Refusals.Select(refusal => ($"{refusal.File}: {refusal.Record}", refusal.Reason)));
        var unlisted = report.Counts.Values.Sum(counts => counts.Refused) - report.Refusals.Count;
        if (unlisted > 0) _console.WriteError($"and {unlisted:N0} more were refused");
        foreach (var warning in report.Warnings) _console.WriteError(warning);
    }

    /// <summary>Every table of the file, so that nothing is missing without a reason.</summary>
    private void Show(SourceReport source)
    {
        var table = new Table().Border(TableBorder.None).AddColumns($"tables of {source.Program}", "rows", "imported", "as metadata", "skipped");
        foreach (var column in table.Columns.Skip(1)) column.RightAligned();
        foreach (var entry in source.Tables)
        {
            table.AddRow(
                Markup.Escape(Printable.Line(entry.Name)), $"{entry.Rows:N0}", $"{entry.Imported:N0}", $"{entry.KeptAsMetadata:N0}",
                $"{entry.Skipped:N0}");
        }
        _console.OutTerminal.Write(table);
        foreach (var entry in source.Tables)
        {
            foreach (var (reason, rows) in entry.Reasons)
                _console.WriteLine(Printable.Line($"{entry.Name}: {rows:N0} skipped: {reason}"));
        }
        foreach (var (note, records) in source.Notes) _console.WriteLine(records == 0 ? note : $"{records:N0} times: {note}");
    }

    private static string NameOf(ImportKind kind) => kind switch
    {
        ImportKind.Sessions => "sessions",
        ImportKind.Users => "users",
        ImportKind.BotState => "bot state",
        ImportKind.SystemConfig => "settings",
        ImportKind.Trades => "trades",
        ImportKind.ApiKeys => "API keys",
        ImportKind.State => "state",
        ImportKind.Tasks => "tasks",
        ImportKind.Calibrations => "calibrations",
        _ => "unknown",
    };

    private sealed class Counter(StatusContext context) : IProgress<(string File, long Done)>
    {
        public void Report((string File, long Done) value) =>
            context.Status = Markup.Escape(Printable.Line($"{value.File}: {value.Done:N0} records"));
    }
}
