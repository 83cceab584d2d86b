using Microsoft.Extensions.Logging;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Keys;

/// <summary>
/// Finds secrets that older versions left in plain text, and seals them while the bot goes on: each record is written only over the version that was
/// read, as a rotation does. What is sealed is passed over, so a scan that was ended is run again.
/// </summary>
internal sealed partial class SecretScan(IStore store, Sealer sealer, SecretScanOptions options, ILogger<SecretScan> logger, string? file = null)
{
    private const int BatchSize = 200;

    /// <summary>A record that changes with every attempt must not keep the scan forever; what is left is found by the next one.</summary>
    private const int MaxAttempts = 20;

    private readonly SecretCleaner _cleaner = new(sealer, options);
    private readonly SecretScanCounts _counts = new(file, options.DryRun);
    private long _sealedRecords, _remaining;

    /// <summary>Scans every table.</summary>
    /// <param name="progress">Told how many records were looked at.</param>
    /// <param name="cancellationToken">Ends between batches; running again goes on.</param>
    public async Task<SecretScanReport> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var batch = new List<Write>(BatchSize);
        var looked = 0L;
        await foreach (var write in FindAsync(cancellationToken).ConfigureAwait(false))
        {
            progress?.Report(++looked);
            if (write is null || options.DryRun) continue;
            batch.Add(write);
            if (batch.Count == BatchSize) await FlushAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        await FlushAsync(batch, cancellationToken).ConfigureAwait(false);
        LogScanned(logger, looked, _sealedRecords);
        return _counts.ToReport(_sealedRecords, _remaining);
    }

    private async IAsyncEnumerable<Write?> FindAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in store.ListSessionsAsync(new(), cancellationToken).ConfigureAwait(false)) yield return _cleaner.Clean(row, _counts);
        await foreach (var row in store.ListSystemConfigAsync(cancellationToken).ConfigureAwait(false)) yield return _cleaner.Clean(row, _counts);
        await foreach (var row in store.ListTradesAsync(new(), cancellationToken).ConfigureAwait(false)) yield return _cleaner.Clean(row, _counts);
        await foreach (var row in store.ListUsersAsync(after: null, cancellationToken).ConfigureAwait(false))
            yield return _cleaner.Clean(row, _counts);
        yield return _cleaner.Clean(await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false), _counts);
    }

    private async Task FlushAsync(List<Write> batch, CancellationToken cancellationToken)
    {
        for (var attempt = 1; batch.Count > 0; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (attempt > MaxAttempts)
            {
                _remaining += batch.Count;
                batch.Clear();
                return;
            }
            var outcomes = await store.ApplyAsync(batch, atomic: false, cancellationToken).ConfigureAwait(false);
            var again = new List<Write>();
            for (var i = 0; i < outcomes.Length; i++)
            {
                if (outcomes[i].IsApplied) _sealedRecords++;
                else if (outcomes[i] is { Status: WriteStatus.Failed, Error: { } error }) throw error;
                else if (outcomes[i].Status == WriteStatus.Conflict
                    && await ReadAgainAsync(batch[i], cancellationToken).ConfigureAwait(false) is { } write) again.Add(write);
            }
            batch.Clear();
            batch.AddRange(again);
        }
    }

    /// <summary>The write for a record that somebody changed in the meantime; null where it is gone or sealed now.</summary>
    private async Task<Write?> ReadAgainAsync(Write write, CancellationToken cancellationToken)
    {
        switch (write)
        {
            case ResealSession session:
                var rows = await store.GetSessionsAsync([session.ChatId], cancellationToken).ConfigureAwait(false);
                return rows.Count == 0 ? null : _cleaner.Clean(rows[0], counts: null);
            case ResealSystemConfig entry:
                return await store.GetSystemConfigAsync(entry.ConfigKey, cancellationToken).ConfigureAwait(false) is { } config
                    ? _cleaner.Clean(config, counts: null) : null;
            case ResealTrade trade:
                return await store.FindTradesAsync(trade.Id, trade.ChatId, trade.EntryTimestamp, cancellationToken).ConfigureAwait(false) is [var row]
                    ? _cleaner.Clean(row, counts: null)
                    : null;
            case SaveUser user:
                var users = await store.GetUsersAsync([user.ChatId], cancellationToken).ConfigureAwait(false);
                return users.Count == 0 ? null : _cleaner.Clean(users[0], counts: null);
            default:
                return _cleaner.Clean(await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false), counts: null);
        }
    }

    [LoggerMessage(2110, LogLevel.Information, "Scan for secrets in plain text: {Records} records looked at, {Sealed} sealed")]
    private static partial void LogScanned(ILogger logger, long records, long @sealed);
}
