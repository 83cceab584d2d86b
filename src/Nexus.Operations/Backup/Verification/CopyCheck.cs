using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.Keys;
using Nexus.Operations.Status;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.Trades;

namespace Nexus.Operations.Backup;

/// <summary>Checks a restored copy as the engine uses it: every sealed value opens, and its reads work.</summary>
internal sealed class CopyCheck(ILoggerFactory loggers, TimeProvider clock)
{
    private const int SmokeRows = 100;

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
        await foreach (var row in store.ListSessionsAsync(new(Limit: SmokeRows), cancellationToken).ConfigureAwait(false))
        {
            sessions++;
            if (sessions == 1) await store.GetUsersAsync([row.ChatId], cancellationToken).ConfigureAwait(false);
        }
        await foreach (var _ in store.ListUsersAsync(null, cancellationToken).ConfigureAwait(false))
            if (++users == SmokeRows) break;
        await foreach (var _ in store.ListTradesAsync(new TradeQuery { Limit = SmokeRows }, cancellationToken).ConfigureAwait(false)) trades++;
        await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var _ in store.ListSystemConfigAsync(cancellationToken).ConfigureAwait(false)) settings++;
        return $"read {sessions} sessions, {users} users, {trades} trades, the bot state and {settings} settings";
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
