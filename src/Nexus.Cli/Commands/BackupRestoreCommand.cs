using System.CommandLine;
using Nexus.Chats;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Backup;

namespace Nexus.Cli.Commands;

/// <summary>Restores a backup.</summary>
internal sealed class BackupRestoreCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly BackupTargetOptions _target = new();
    private readonly Argument<string> _name = new("backup") { Description = "The name of the backup, or latest.", HelpName = "NAME" };
    private readonly Option<bool> _replace = new("--replace")
    {
        Description = "Replace a store that is not empty. The copy is restored beside it and checked, then the names are swapped; the earlier state "
            + "stays "
            + "under another name. With --table: replace the rows.",
    };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check the backup and the target, and change nothing." };
    private readonly Option<bool> _noOwner =
        new("--no-owner") { Description = "Make the role that restores the owner of everything, for a server without the roles of the backup." };
    private readonly Option<string[]> _tables =
        new("--table") { Description = "Only the rows of this table; may be repeated. PostgreSQL only.", HelpName = "TABLE" };
    private readonly Option<string?> _chat = new("--chat-id")
    {
        Description = "Only this chat's session, user and trades. Shows the differences; --apply restores them.",
        HelpName = "CHAT",
    };
    private readonly Option<bool> _apply = new("--apply") { Description = "With --chat-id: restore the records. The bot keeps running." };
    private readonly Option<string?> _fallback =
        new("--extract-fallback") { Description = "Also write the fallback's files, with the outbox, into this folder.", HelpName = "DIR" };
    private readonly Option<bool> _fallbackOnly =
        new("--fallback-only") { Description = "With --extract-fallback: restore nothing else. The database stays as it is." };
    private readonly Option<bool> _allowUnencrypted =
        new("--allow-unencrypted") { Description = "Accept a backup that is not encrypted although NEXUS_BACKUP_KEY is set." };
    private readonly Option<bool> _json = JsonOption.Create();

    public BackupRestoreCommand(CommandConsole console)
        : base(
            "restore",
            "Restore a backup into an empty or new database or data folder. Stop the server first. A restore that fails changes nothing.")
    {
        _console = console;
        Arguments.Add(_name);
        _store.AddTo(this);
        _target.AddTo(this);
        Options.Add(_replace);
        Options.Add(_dryRun);
        Options.Add(_noOwner);
        Options.Add(_tables);
        Options.Add(_chat);
        Options.Add(_apply);
        Options.Add(_fallback);
        Options.Add(_fallbackOnly);
        Options.Add(_allowUnencrypted);
        Options.Add(_json);
        this.AddCheck(result =>
        {
            var isChat = result.GetValue(_chat) is not null;
            if (isChat && (result.GetValue(_replace) || result.GetValue(_tables) is { Length: > 0 }))
                result.AddError("--chat-id excludes --replace and --table: it shows the differences, and --apply restores them");
            if (!isChat && result.GetValue(_apply)) result.AddError("--apply belongs to --chat-id");
            if (!result.GetValue(_fallbackOnly)) return;
            if (result.GetValue(_fallback) is null) result.AddError("--fallback-only belongs to --extract-fallback");
            if (isChat || result.GetValue(_replace) || result.GetValue(_tables) is { Length: > 0 })
                result.AddError("--fallback-only excludes --chat-id, --replace and --table: it restores no records");
        });
        SetAction(RestoreAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus backup restore latest --database postgres://admin@localhost/nexus_new", "restores into a database that does not exist yet"),
        ("nexus backup restore latest --replace --dry-run", "checks whether the present database could be replaced"),
        ("nexus backup restore latest --table users --replace", "puts the rows of one table back"),
        ("nexus backup restore latest --extract-fallback /var/lib/nexus --fallback-only", "puts a lost outbox and local replica back"),
        ("nexus backup restore latest --chat-id 1001", "shows what differs for one chat; --apply restores it"),
    ];

    private async Task<int> RestoreAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var nexus = _store.Read(parsed);
        var options = _target.Read(parsed, nexus, _store.NamesDatabase(parsed));
        using var loggers = CommandLogging.Create();
        var manager = new BackupManager(nexus, options, loggers, TimeProvider.System);
        var (name, allowUnencrypted) = (parsed.GetRequiredValue(_name), parsed.GetValue(_allowUnencrypted));
        if (parsed.GetValue(_chat) is { } chat)
        {
            var isApplied = parsed.GetValue(_apply) && !parsed.GetValue(_dryRun);
            var report = await manager.RestoreChatAsync(name, ChatId.Parse(chat, "--chat-id"), isApplied, allowUnencrypted, cancellationToken);
            if (parsed.GetValue(_json)) _console.WriteJson(report, BackupJson.Default.ChatRestoreReport);
            else Show(report);
            return report.Refused.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
        if (parsed.GetValue(_fallbackOnly))
        {
            var (backup, file) = await manager.ExtractFallbackAsync(
                name, parsed.GetValue(_fallback)!, parsed.GetValue(_dryRun), allowUnencrypted, cancellationToken);
            _console.WriteLine(parsed.GetValue(_dryRun)
                ? $"{file} would be taken from {backup}. Nothing was changed (--dry-run)." : $"{file} was taken from {backup}");
            return ExitCodes.Success;
        }
        var restore = new RestoreOptions
        {
            Replace = parsed.GetValue(_replace),
            DryRun = parsed.GetValue(_dryRun),
            NoOwner = parsed.GetValue(_noOwner),
            Tables = parsed.GetValue(_tables) ?? [],
            FallbackFolder = parsed.GetValue(_fallback),
            AllowUnencrypted = allowUnencrypted,
        };
        var restored = await ProgressDisplay.RunAsync(
            _console, "Restoring", progress => manager.RestoreAsync(name, restore, progress, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(restored, BackupJson.Default.BackupRestoreReport);
        else Show(restored);
        return ExitCodes.Success;
    }

    private void Show(BackupRestoreReport report)
    {
        _console.WriteLine(
            $"{report.Target}: {report.Tables:N0} tables, {report.Rows:N0} rows of {report.CreatedAt:u} "
                + (report.DryRun ? $"would be restored (found: {report.Found}). Nothing was changed (--dry-run)." : "were restored and compared"));
        foreach (var note in report.Notes) _console.WriteLine($"Note: {note}");
    }

    private void Show(ChatRestoreReport report)
    {
        _console.WriteLine($"Chat {report.ChatId}, {report.Name} of {report.CreatedAt:u}");
        foreach (var change in report.Changes)
            _console.WriteLine($"{change.Effect,-8} {change.Record}{(change.Fields.Count > 0 ? $": {string.Join(", ", change.Fields)}" : "")}");
        if (report.Changes.Count == 0) _console.WriteLine("Nothing differs");
        foreach (var refused in report.Refused) _console.WriteError(refused);
        if (report.Changes.Any(change => change.Effect != "keeps")
            && !report.Applied) _console.WriteLine("Nothing was changed. Use --apply to restore.");
    }
}
