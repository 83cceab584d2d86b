using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.Backup;
using Npgsql;

namespace Nexus.Operations.Erasure;

/// <summary>Erases a chat on request and gives a receipt: what was erased, what stays and why.</summary>
/// <param name="db">The open store.</param>
/// <param name="options">Its settings.</param>
/// <param name="backups">Lists the backups.</param>
/// <param name="schedule">How long backups are kept.</param>
/// <param name="clock">The clock for the receipt.</param>
public sealed class Eraser(NexusDb db, NexusOptions options, IBackupCatalog backups, BackupScheduleOptions schedule, TimeProvider clock)
{
    /// <summary>Erases a chat. What an interrupted call leaves, the next one erases.</summary>
    /// <param name="chat">The chat.</param>
    /// <param name="isDryRun">Changes nothing; the receipt says what would be erased.</param>
    /// <param name="cancellationToken">Stops in between.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond, or only the local replica does.</exception>
    public async Task<ErasureReceipt> ForgetAsync(ChatId chat, bool isDryRun, CancellationToken cancellationToken)
    {
        var done = await db.Subscriptions.ForgetAsync(chat, isDryRun, cancellationToken).ConfigureAwait(false);
        List<ErasureItem> erased =
        [
            new("sessions", done.Sessions, "with all exchange keys"), new("users", done.Users), new("keyed_state", done.State),
            new("tasks", done.Tasks), new("calibrations", done.Calibrations), new("history", done.History, "the history of changes"),
            new("trades", done.Trades, "kept without metadata, exit reason and order ids, under a random number that belongs to no chat"),
        ];
        if (db.Outbox is { } outbox)
            erased.Add(new ErasureItem("dead letters", await outbox.ForgetAsync(chat, isDryRun, cancellationToken).ConfigureAwait(false)));
        List<ErasureItem> kept = [];
        if (done.Trades > 0)
            kept.Add(new ErasureItem("trades", done.Trades, "the accounts need them: symbol, times, amounts, fees, strategy and exchange"));
        if (done.OpenTrades > 0)
            kept.Add(new ErasureItem("open trades", done.OpenTrades, "their positions at the exchange are not closed, and the keys are gone"));
        if (options.Owners.Contains(chat))
            kept.Add(new ErasureItem("owner", 1, "the settings name the chat as an owner (TELEGRAM_CHAT_ID): remove it there"));
        kept.AddRange(await FindLeftoversAsync(chat, cancellationToken).ConfigureAwait(false));
        kept.Add(new ErasureItem(
            "notices on their way", null, "a notice that a notifier has not taken yet names the chat; it is gone after 9 days at the latest"));
        kept.Add(new ErasureItem("logs", null, "logs of the program, of the database server and of proxies are not searched"));

        var (count, days) = await CountBackupsAsync(cancellationToken).ConfigureAwait(false);
        return new ErasureReceipt(chat.Value, clock.GetUtcNow(), isDryRun, erased, kept, done.Pseudonym?.Value, count, days);
    }

    private async Task<List<ErasureItem>> FindLeftoversAsync(ChatId chat, CancellationToken cancellationToken)
    {
        List<ErasureItem> kept = [];
        if (db.Leases is not null)
        {
            try
            {
                kept.AddRange(await ErasureLeftovers.FindTablesAsync(options, chat.Value, cancellationToken).ConfigureAwait(false));
            }
            catch (NpgsqlException error)
            {
                kept.Add(new ErasureItem("other tables", null, $"they could not be searched: {error.Message}"));
            }
            kept.Add(new ErasureItem(
                "dead letters of other instances", null, "run nexus users forget on each machine whose data folder has an outbox"));
        }
        try
        {
            if (await ErasureLeftovers.FindArchivesAsync(options.DataFolder, chat.Value, cancellationToken).ConfigureAwait(false) is { } archives)
                kept.Add(archives);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            kept.Add(new ErasureItem("archived trades", null, $"they could not be searched: {error.Message}"));
        }
        return kept;
    }

    private async Task<(int? Count, int? Days)> CountBackupsAsync(CancellationToken cancellationToken)
    {
        var days = DaysOf();
        var status = await backups.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (status.Findings.Any(finding => finding.Code == BackupFindingCodes.Unreachable)) return (null, days);
        return (status.Backups.Count, status.Backups.Count == 0 ? null : days);
    }

    /// <summary>Null if no retention is set, or one that cannot be read.</summary>
    private int? DaysOf()
    {
        try
        {
            return schedule.ReadRetention() is { } policy ? Math.Max(policy.Daily, Math.Max(policy.Weekly * 7, policy.Monthly * 31)) : null;
        }
        catch (BackupException)
        {
            return null;
        }
    }
}
