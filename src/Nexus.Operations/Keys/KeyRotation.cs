using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.Keys;

/// <summary>
/// Reseals everything under the first key of the ring while the bot keeps running: each record is written only over the version that was read, so
/// no concurrent change is lost. Values under the new key are skipped, so an interrupted rotation can be repeated.
/// </summary>
internal sealed partial class KeyRotation(IStore store, Sealer sealer, ILogger<KeyRotation> logger)
{
    /// <summary>Small enough that a batch never delays a write of the bot for long.</summary>
    private const int BatchSize = 200;

    /// <summary>
    /// An instance that still has the old key first keeps sealing with it. It must not block the rotation forever.
    /// </summary>
    private const int MaxPasses = 10;

    private const int MaxListed = 1000;

    private readonly Resealer _resealer = new(new DocumentSealer(sealer));
    private readonly Dictionary<string, UnreadableValue> _unreadable = [];

    /// <summary>Rotates.</summary>
    /// <param name="progress">Receives the number of processed records of this pass.</param>
    /// <param name="cancellationToken">Cancels the operation between batches. Another run continues.</param>
    /// <exception cref="NexusStateException">Another instance keeps sealing with another key.</exception>
    public async Task<KeyRotationReport> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var resealed = 0L;
        for (var pass = 1; ; pass++)
        {
            _unreadable.Clear();
            var changed = await RunPassAsync(progress, cancellationToken).ConfigureAwait(false);
            resealed += changed;
            LogPass(logger, pass, changed, sealer.Keys.PrimaryId);
            if (changed == 0) break;
            if (pass == MaxPasses) throw new NexusStateException("the rotation", $"found values under other keys {MaxPasses} times: another "
                + $"instance still seals with its old key. Put {sealer.Keys.PrimaryId} first in NEXUS_KEYS of every instance and rotate again");
        }
        // The canary is last: resealing it earlier would prevent instances with only the old key from starting.
        var areTradesBound = !_unreadable.Keys.Any(record => record.StartsWith("trades/", StringComparison.Ordinal));
        var features = SealFeatures.AuthenticOutbox | (areTradesBound ? SealFeatures.BoundTrades : SealFeatures.None);
        await KeyCanary.RenewAsync(store, sealer, features, cancellationToken).ConfigureAwait(false);
        return new KeyRotationReport(sealer.Keys.PrimaryId, resealed, _unreadable.Count, [.. _unreadable.Values.Take(MaxListed)]);
    }

    private async Task<long> RunPassAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var (looked, changed) = (0L, 0L);
        var batch = new List<PendingReseal>(BatchSize);
        var rows = StateRecords.ListSealableAsync(store, cancellationToken);
        await foreach (var record in PendingReseal.ReadAllAsync(store, rows, Reseal, cancellationToken).ConfigureAwait(false))
        {
            looked++;
            progress?.Report(looked);
            if (record.Write is not null) batch.Add(record);
            if (batch.Count == BatchSize) changed += await FlushAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        return changed + await FlushAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Applies a batch. A record that was changed concurrently is read again and retried; one that keeps changing is left to the next
    /// pass.
    /// </summary>
    private async Task<long> FlushAsync(List<PendingReseal> batch, CancellationToken cancellationToken)
    {
        var applied = 0L;
        for (var attempt = 1; batch.Count > 0 && attempt <= Contention.MaxAttempts; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcomes = await store.ApplyAsync([.. batch.Select(record => record.Write!)], atomic: false, cancellationToken).ConfigureAwait(false);
            var again = new List<PendingReseal>();
            for (var i = 0; i < outcomes.Length; i++)
            {
                if (outcomes[i].IsApplied) applied++;
                else if (outcomes[i] is { Status: WriteStatus.Failed, Error: { } error }) throw error;
                else if (outcomes[i].Status == WriteStatus.Conflict
                    && await batch[i].ReadAgainAsync(cancellationToken).ConfigureAwait(false) is { Write: not null } now) again.Add(now);
            }
            batch.Clear();
            batch.AddRange(again);
        }
        // Counted, so that another pass follows.
        applied += batch.Count;
        batch.Clear();
        return applied;
    }

    private Write? Reseal(IStateRow row, bool isFirst)
    {
        try
        {
            return _resealer.Reseal(row);
        }
        catch (SecretUnreadableException error)
        {
            _unreadable[_resealer.Record] = KeyInspection.ToReport(error);
            return null;
        }
    }

    [LoggerMessage(2100, LogLevel.Information, "Key rotation, pass {Pass}: {Records} records resealed under key {KeyId}")]
    private static partial void LogPass(ILogger logger, int pass, long records, string keyId);
}

