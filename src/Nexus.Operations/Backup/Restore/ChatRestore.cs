using System.Text.Json;
using Microsoft.Extensions.Logging;
using Nexus.Chats;
using Nexus.Failover;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Status;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.Trades;

namespace Nexus.Operations.Backup;

/// <summary>
/// Restores one chat's session, user and trades through the engine: versions go up, instances hear of the changes, secrets are checked. Trades that
/// were
/// opened or closed since the backup stay as they are: what happened on an exchange is not undone by a restore.
/// </summary>
internal sealed class ChatRestore(NexusOptions nexus, BackupOptions options, ILoggerFactory loggers, TimeProvider clock)
{
    private const string FileName = "chat.ndjson";

    /// <param name="reader">The backup.</param>
    /// <param name="chat">The chat.</param>
    /// <param name="isApplied">Whether to restore; otherwise only the differences are reported.</param>
    /// <param name="work">A folder for intermediate files.</param>
    /// <param name="cancellationToken">Cancels the operation between two records.</param>
    public async Task<ChatRestoreReport> RunAsync(
        BackupReader reader, ChatId chat, bool isApplied, string work, CancellationToken cancellationToken)
    {
        var then = await ReadThenAsync(reader, chat.Value, work, cancellationToken).ConfigureAwait(false);
        if (then is { Session: null, User: null, Trades.Count: 0 })
            throw new BackupException(BackupErrorKind.NotFound, $"{reader.Manifest.Name} has no session, user or trade of chat {chat}");
        var (changes, due) = await CompareAsync(chat.Value, then, cancellationToken).ConfigureAwait(false);
        var report = new ChatRestoreReport(reader.Manifest.Name, reader.Manifest.CreatedAt, chat.Value, isApplied, changes, []);
        if (!isApplied) return report;

        // In the form of an export, whose import reads, checks and writes each record.
        var file = Path.Combine(work, FileName);
        await PrivateFolder.WriteAsync(file, Export(due, reader.Manifest.CreatedAt), cancellationToken).ConfigureAwait(false);
        var imported = await Import.RunAsync(
            nexus, [(reader.Manifest.Name, () => PrivateFolder.OpenRead(file))], new ImportOptions { Overwrite = true }, loggers, clock,
                progress: null,
            cancellationToken).ConfigureAwait(false);
        string[] refused =
        [
            .. imported.Refusals.Select(refusal => $"{refusal.Record}: {OperatorTerms.Translate(refusal.Reason)}"), .. imported.Warnings,
        ];
        return report with { Refused = refused };
    }

    private async Task<ChatState> ReadThenAsync(BackupReader reader, string chatId, string work, CancellationToken cancellationToken)
    {
        if (reader.Manifest.Store == "embedded")
        {
            await reader.ExtractAsync(work, name => name.StartsWith(EmbeddedBackup.StoreFolder, StringComparison.Ordinal), null, cancellationToken)
                .ConfigureAwait(false);
            var folder = Path.Combine(work, EmbeddedBackup.StoreFolder);
            // It may be of an earlier version.
            await new CopyCheck(loggers, clock).UpgradeAsync(new NexusOptions { DataFolder = folder }, cancellationToken).ConfigureAwait(false);
            var copy = await ReadOnlyStore.OpenAsync(new NexusOptions { DataFolder = folder }, loggers, clock, cancellationToken)
                .ConfigureAwait(false);
            await using var end = copy.ConfigureAwait(false);
            return await ReadStoreAsync(copy, chatId, cancellationToken).ConfigureAwait(false);
        }
        var contents = await reader.ReadContentsAsync(cancellationToken).ConfigureAwait(false);
        // Checked first as a whole, where no encryption authenticates each chunk as it is read.
        if (reader.Key is null) await reader.ExtractAsync(folder: null, accepts: null, progress: null, cancellationToken).ConfigureAwait(false);
        await reader.ExtractAsync(work, name => name == $"{PostgresBackup.DumpFolder}/toc.dat", progress: null, cancellationToken)
            .ConfigureAwait(false);
        var archive = await DumpArchive.ReadAsync(
            new PostgresPrograms(options.Programs), BackupVerification.MajorOf(reader.Manifest.DumpProgram), PgRestore.DumpIn(work),
                cancellationToken)
            .ConfigureAwait(false);
        return await new DumpedChat(reader, contents, archive).ReadAsync(chatId, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(List<ChatChange> Changes, ChatState Due)> CompareAsync(string chatId, ChatState then, CancellationToken cancellationToken)
    {
        var copy = new NexusOptions
        {
            Database = nexus.Database,
            DataFolder = nexus.DataFolder,
            Schema = nexus.Schema,
            Keys = nexus.Keys,
            EncryptionKey = nexus.EncryptionKey,
            Fallback = FallbackMode.Off,
        };
        var ring = await ReadOnlyStore.LoadKeysAsync(copy, loggers, cancellationToken).ConfigureAwait(false);
        var store = await ReadOnlyStore.OpenAsync(copy, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using var end = store.ConfigureAwait(false);
        var sealer = new Sealer(ring);
        await KeyCanary.VerifyAsync(store, sealer, cancellationToken).ConfigureAwait(false);
        var changes = ChatComparison.Compare(
            then, await ReadStoreAsync(store, chatId, cancellationToken).ConfigureAwait(false), sealer, out var due);
        return (changes, due);
    }

    private static async Task<ChatState> ReadStoreAsync(IStateReader store, string chatId, CancellationToken cancellationToken)
    {
        var sessions = await store.GetSessionsAsync([chatId], cancellationToken).ConfigureAwait(false);
        var users = await store.GetUsersAsync([chatId], cancellationToken).ConfigureAwait(false);
        var trades = new List<TradeView>();
        await foreach (var trade in store.ListTradesAsync(new TradeQuery(ChatId: chatId), cancellationToken).ConfigureAwait(false))
            trades.Add(TradeView.From(trade));
        return new ChatState(sessions.Select(Exporter.Of).FirstOrDefault(), users.Select(Exporter.Of).FirstOrDefault(), trades);
    }

    private static byte[] Export(ChatState state, DateTimeOffset at)
    {
        using var output = new MemoryStream();
        var lines = 0L;
        Add(new ExportedHeader(ExportedHeader.CurrentFormat, at, []));
        lines = 0;
        if (state.Session is { } session) Add(session);
        if (state.User is { } user) Add(user);
        foreach (var trade in state.Trades) Add(trade);
        Add(new ExportedEnd(lines));
        return output.ToArray();

        void Add(ExportLine record)
        {
            JsonSerializer.Serialize(output, record, ExchangeJson.Strict.ExportLine);
            output.WriteByte((byte)'\n');
            lines++;
        }
    }
}
