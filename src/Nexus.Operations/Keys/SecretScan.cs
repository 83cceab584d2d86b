using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.Keys;

/// <summary>
/// Finds secrets that older versions left in plain text, and seals them while the bot keeps running: each record is written only over the version
/// that was read, as in a rotation. Sealed values are skipped, so an interrupted scan can be repeated.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="writer">Writes the sealed records; null if they are only counted.</param>
/// <param name="sealer">The keys.</param>
/// <param name="options">The options.</param>
/// <param name="logger">The logger.</param>
/// <param name="file">The prefix of tables in the report; null for the store itself.</param>
internal sealed partial class SecretScan(
    IStateReader store, IStateWriter? writer, Sealer sealer, SecretScanOptions options, ILogger<SecretScan> logger,
        string? file = null)
{
    private const int BatchSize = 200;

    /// <summary>A record that keeps changing must not block the scan. The next scan finds what is left.</summary>
    private const int MaxAttempts = 20;

    private readonly SecretCleaner _cleaner = new(sealer, options);
    private readonly SecretScanCounts _counts = new(file, options.DryRun);
    private long _sealedRecords, _remaining;

    /// <summary>Scans every table.</summary>
    /// <param name="progress">Receives the number of scanned records.</param>
    /// <param name="cancellationToken">Cancels the operation between batches. Another run continues.</param>
    public async Task<SecretScanReport> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var batch = new List<PendingReseal>(BatchSize);
        var looked = 0L;
        var rows = StateRecords.ListAsync(store, cancellationToken);
        await foreach (var record in PendingReseal.ReadAllAsync(store, rows, Clean, cancellationToken).ConfigureAwait(false))
        {
            progress?.Report(++looked);
            if (record.Write is null || writer is null || options.DryRun) continue;
            batch.Add(record);
            if (batch.Count == BatchSize) await FlushAsync(writer, batch, cancellationToken).ConfigureAwait(false);
        }
        if (writer is not null) await FlushAsync(writer, batch, cancellationToken).ConfigureAwait(false);
        LogScanned(logger, looked, _sealedRecords);
        return _counts.ToReport(_sealedRecords, _remaining);
    }

    /// <summary>A record that is read again was counted before.</summary>
    private Write? Clean(IStateRow row, bool isFirst) => _cleaner.Clean(row, isFirst ? _counts : null);

    private async Task FlushAsync(IStateWriter writer, List<PendingReseal> batch, CancellationToken cancellationToken)
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
            var outcomes =
                await writer.ApplyAsync([.. batch.Select(record => record.Write!)], atomic: false, cancellationToken).ConfigureAwait(false);
            var again = new List<PendingReseal>();
            for (var i = 0; i < outcomes.Length; i++)
            {
                if (outcomes[i].IsApplied) _sealedRecords++;
                else if (outcomes[i] is { Status: WriteStatus.Failed, Error: { } error }) throw error;
                else if (outcomes[i].Status == WriteStatus.Conflict
                    && await batch[i].ReadAgainAsync(cancellationToken).ConfigureAwait(false) is { Write: not null } now) again.Add(now);
            }
            batch.Clear();
            batch.AddRange(again);
        }
    }

    [LoggerMessage(2110, LogLevel.Information, "Scanned {Records} records for secrets in plain text and sealed {Sealed}")]
    private static partial void LogScanned(ILogger logger, long records, long @sealed);
}
