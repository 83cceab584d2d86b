using System.CommandLine;
using System.Text.Json;
using Nexus.Audit;
using Nexus.Chats;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Operations.Backup;
using Nexus.Operations.Erasure;
using Nexus.Operations.Status;

namespace Nexus.Cli.Commands;

/// <summary>Erases a subscriber on request.</summary>
internal sealed class UsersForgetCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly BackupTargetOptions _target = new();
    private readonly Argument<string> _chat = new("id") { Description = "The chat id of the subscriber." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Change nothing. Shows what would be erased and what stays." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask for confirmation." };
    private readonly Option<bool> _json = JsonOption.Create();

    public UsersForgetCommand(CommandConsole console)
        : base(
            "forget",
            "Erase a chat: its session with all keys, its user, its keyed state, tasks, calibrations, history of changes, conflicts and "
                + "quarantined writes. Trades stay for the accounts, under a random number. Prints a receipt. Uses the server that runs on the "
                + "data folder, if there is one. Refused while PostgreSQL is unavailable.")
    {
        _console = console;
        Arguments.Add(_chat);
        Options.Add(_dryRun);
        Options.Add(_yes);
        _store.AddTo(this);
        _target.AddTo(this);
        Options.Add(_json);
        SetAction(ForgetAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus users forget 1001 --dry-run", "shows what would be erased"),
        ("nexus users forget 1001 --yes --json > receipt.json", "erases without a question and keeps the receipt"),
        ("nexus users forget --yes -- -1001234567890", "a negative id needs two dashes before it"),
    ];

    private async Task<int> ForgetAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var chat = ChatId.Parse(parsed.GetRequiredValue(_chat), "id");
        var (isDry, isJson) = (parsed.GetValue(_dryRun), parsed.GetValue(_json));
        if (!isDry && !parsed.GetValue(_yes))
        {
            var preview = await RunAsync(parsed, chat, isDryRun: true, cancellationToken);
            Show(preview, line => _console.Error.WriteLine(Printable.Line(line)));
            await _console.Error.WriteAsync($"Erase chat {chat}? This cannot be undone. Type the chat id to continue: ");
            if (await Console.In.ReadLineAsync(cancellationToken) != chat.Value)
                throw new CommandFailedException(
                    "nothing was erased: the chat id was not typed; use --yes where nobody can type it", ExitCodes.Usage);
        }
        var receipt = await RunAsync(parsed, chat, isDry, cancellationToken);
        if (isJson) _console.WriteJson(receipt, ErasureJson.Default.ErasureReceipt);
        else Show(receipt, _console.WriteLine);
        return ExitCodes.Success;
    }

    private async Task<ErasureReceipt> RunAsync(ParseResult parsed, ChatId chat, bool isDryRun, CancellationToken cancellationToken)
    {
        var options = _store.Read(parsed);
        // A server on the folder has the embedded store and the outbox open. It is asked only about its own store.
        if (!_store.NamesDatabase(parsed))
        {
            var server = new ServerCall(options.DataFolder, await ToolConfiguration.Of(parsed).FindAdminKeyAsync(cancellationToken));
            var path = $"v1/users/{chat}/forget{(isDryRun ? "?dryRun=true" : "")}";
            if (await server.SendAsync(HttpMethod.Post, path, null, cancellationToken) is { } text)
                return JsonSerializer.Deserialize(text, ErasureJson.Default.ErasureReceipt)!;
        }
        using var loggers = CommandLogging.Create();
        if (isDryRun) options.MigrateOnOpen = false;
        ErasureReceipt receipt;
        var backups = _target.Read(parsed, options, _store.NamesDatabase(parsed));
        await using (var db = await NexusDb.OpenAsync(options, loggers, TimeProvider.System, cancellationToken))
        {
            var eraser = new Eraser(
                db, options, new BackupCatalog(options, backups, TimeProvider.System), ToolConfiguration.Of(parsed).ToBackupSchedule(),
                TimeProvider.System);
            receipt = await eraser.ForgetAsync(chat, isDryRun, cancellationToken);
        }
        return isDryRun || !options.UsesPostgres ? receipt : await AddDeadLettersAsync(receipt, options, chat, loggers, cancellationToken);
    }

    private static async Task<ErasureReceipt> AddDeadLettersAsync(
        ErasureReceipt receipt, NexusOptions options, ChatId chat, Microsoft.Extensions.Logging.ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        try
        {
            if (await OutboxFile.OpenAsync(options.DataFolder, readOnly: false, loggers, TimeProvider.System, cancellationToken) is not { } file)
                return receipt;
            await using (file)
            {
                var letters = await file.ForgetAsync(chat, isPreview: false, cancellationToken);
                return receipt with { Erased = [.. receipt.Erased, new ErasureItem("dead letters", letters)] };
            }
        }
        catch (DataFolderInUseException)
        {
            var kept = new ErasureItem(
                "dead letters of this machine", null,
                "a server uses the data folder: run the command without --database, so that it asks the server");
            return receipt with { Kept = [.. receipt.Kept, kept] };
        }
    }

    private static void Show(ErasureReceipt receipt, Action<string> write)
    {
        write(receipt.DryRun ? $"Chat {receipt.ChatId}: this would be erased (dry run)"
            : receipt.IsEmpty ? $"Chat {receipt.ChatId}: nothing is left to erase" : $"Chat {receipt.ChatId}: erased at {receipt.At:u}");
        foreach (var item in receipt.Erased) write($"  {item.Name}: {item.Count}{Because(item)}");
        if (receipt.Pseudonym is { } pseudonym) write($"The trades stay under the number {pseudonym}.");
        if (receipt.Kept.Count > 0) write("This stays:");
        foreach (var item in receipt.Kept) write($"  {item.Name}{(item.Count is { } count ? $": {count}" : "")}{Because(item)}");
        write((receipt.Backups, receipt.BackupDays) switch
        {
            (0, _) => "No backup contains the chat: there are none in the target.",
            (null, null) => "The backups could not be listed, and no retention is set (NEXUS_BACKUP_RETENTION): they stay until they are deleted.",
            (null, { } days) => $"The backups could not be listed. By the retention the last of them is removed within {days} days.",
            ({ } count, null) =>
                $"{count} backups may contain the chat. No retention is set (NEXUS_BACKUP_RETENTION): they stay until they are deleted.",
            ({ } count, { } days) => $"{count} backups may contain the chat. By the retention the last of them is removed within {days} days.",
        });
    }

    private static string Because(ErasureItem item) => item.Reason is null ? "" : $" ({item.Reason})";
}
