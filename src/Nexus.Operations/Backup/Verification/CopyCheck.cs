using Microsoft.Extensions.Logging;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.Keys;
using Nexus.Operations.Status;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Backup;

/// <summary>Checks a restored copy as the engine uses it: every sealed value opens, and its reads work.</summary>
internal sealed class CopyCheck(ILoggerFactory loggers, TimeProvider clock)
{
    private const int SmokeRows = 100;

    /// <summary>Fewer than the connections of the copy (<see cref="BackupVerification.CopyOf"/>).</summary>
    private const int ChatsAtOnce = 4;

    /// <summary>The migrations that the copy of an earlier version lacks.</summary>
    /// <exception cref="BackupException">It is of a newer version.</exception>
    public async Task<int> CountPendingAsync(NexusOptions copy, CancellationToken cancellationToken)
    {
        var source = PostgresDataSource.Create(copy.ForPostgres(), loggers, "nexus-backup", ConnectionUse.One);
        await using var end = source.ConfigureAwait(false);
        try
        {
            return (await new PostgresMigrator(source, copy.Schema).PlanAsync(cancellationToken).ConfigureAwait(false)).Count;
        }
        catch (StoreIncompatibleException error)
        {
            throw Incompatible(error);
        }
    }

    /// <summary>Brings the schema of a copy up to date, as an instance does after a restore.</summary>
    /// <exception cref="BackupException">It is of a newer version, or a migration failed.</exception>
    public async Task UpgradeAsync(NexusOptions copy, CancellationToken cancellationToken)
    {
        try
        {
            await StoreCopy.UpgradeAsync(copy, loggers, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreIncompatibleException error)
        {
            throw Incompatible(error);
        }
    }

    /// <summary>This version cannot use it, which says nothing about the backup.</summary>
    private static BackupException Incompatible(StoreIncompatibleException error) => new(BackupErrorKind.Refused, error.Message, error);

    /// <summary>Opens every sealed value.</summary>
    /// <param name="copy">Names the copy.</param>
    /// <param name="ring">The keys of the store.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The number of values.</returns>
    /// <exception cref="BackupException">A value cannot be opened.</exception>
    public async Task<long> OpenSealedValuesAsync(NexusOptions copy, KeyRing ring, CancellationToken cancellationToken)
    {
        var store = await ReadOnlyStore.OpenAsync(copy, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using var end = store.ConfigureAwait(false);
        var verified = await KeyInspection.VerifyAsync(store, new Sealer(ring), progress: null, cancellationToken).ConfigureAwait(false);
        if (verified.Ok) return verified.Opened;
        var first = verified.Values[0];
        throw new BackupException(
            BackupErrorKind.Key,
            $"{verified.Unreadable:N0} sealed values cannot be opened, the first in {first.Place}: {first.Reason}");
    }

    /// <summary>Reads some of everything.</summary>
    /// <returns>What was read.</returns>
    public async Task<string> QueryAsync(NexusOptions copy, CancellationToken cancellationToken)
    {
        var store = await ReadOnlyStore.OpenAsync(copy, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using var end = store.ConfigureAwait(false);
        var (sessions, users, trades, settings) = (0, 0, 0, 0);
        var chats = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in store.ListSessionsAsync(new(Limit: SmokeRows), cancellationToken).ConfigureAwait(false))
        {
            sessions++;
            if (sessions == 1) await store.GetUsersAsync([row.ChatId], cancellationToken).ConfigureAwait(false);
        }
        await foreach (var user in store.ListUsersAsync(null, limit: null, cancellationToken).ConfigureAwait(false))
        {
            chats.Add(user.ChatId);
            if (++users == SmokeRows) break;
        }
        await foreach (var trade in store.ListTradesAsync(new TradeQuery { Limit = SmokeRows }, cancellationToken).ConfigureAwait(false))
        {
            chats.Add(trade.ChatId);
            trades++;
        }
        await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var _ in store.ListSystemConfigAsync(cancellationToken).ConfigureAwait(false)) settings++;
        await AskAsync(store, copy, chats, cancellationToken).ConfigureAwait(false);
        return $"read {sessions} sessions, {users} users, {trades} trades, the bot state and {settings} settings; access and performance of "
            + $"{chats.Count} chats";
    }

    /// <summary>What a bot asks for each signal: may the chat trade, and how did it do.</summary>
    private async Task AskAsync(IStateReader store, NexusOptions copy, HashSet<string> chats, CancellationToken cancellationToken)
    {
        // Neither opens a sealed value, so any key will do.
        var sealer = new Sealer(KeyRing.Parse(NexusKeys.Generate(), null));
        var features = StateFeatures.Over(store, new DryRunWriter(store), sealer, copy, clock);
        await using var end = features.ConfigureAwait(false);
        await Parallel.ForEachAsync(
            // An adopted database keeps what its bot took for an id, for which no client can ask.
            chats.Where(chat => ChatId.TryParse(chat, out _)).Select(chat => ChatId.Parse(chat, "chat_id")),
            new ParallelOptions { MaxDegreeOfParallelism = ChatsAtOnce, CancellationToken = cancellationToken },
            async (chat, cancel) =>
            {
                var access = await features.Users.CheckAccessAsync(chat, cancel).ConfigureAwait(false);
                if (access.Role == AccessRole.Error)
                    throw new BackupException(BackupErrorKind.Damaged, $"the access of chat {chat} cannot be read");
                await features.Trades.GetPerformanceAsync(chat, cancellationToken: cancel).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    /// <summary>The keys of the store.</summary>
    /// <exception cref="BackupException">They are not configured.</exception>
    public async Task<KeyRing> LoadKeysAsync(NexusOptions nexus, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadOnlyStore.LoadKeysAsync(nexus, loggers, cancellationToken).ConfigureAwait(false);
        }
        catch (NexusConfigurationException error)
        {
            throw new BackupException(
                BackupErrorKind.Key,
                $"the sealed values cannot be opened: {OperatorTerms.Translate(error.Message)}. Pass --skip-sealed-values to verify without the "
                    + $"keys", error);
        }
    }
}
