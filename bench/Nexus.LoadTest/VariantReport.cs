namespace Nexus.LoadTest;

/// <summary>The figures of one variant. Rates and latencies are of the measured time, all others of the whole run including the warm-up.</summary>
/// <param name="Name"><c>nexus</c>, <c>pooled</c> or <c>naive</c>.</param>
/// <param name="OperationsPerSecond">Operations that succeeded.</param>
/// <param name="P50Ms">Median latency over all kinds of operations.</param>
/// <param name="P95Ms">95th percentile.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="Succeeded">Operations of the measured time.</param>
/// <param name="Errors">Operations that failed.</param>
/// <param name="FirstError">The message of the first error; null if there is none.</param>
/// <param name="Acknowledged">Writes that were acknowledged.</param>
/// <param name="Lost">Acknowledged writes that were missing at the end.</param>
/// <param name="ConnectionsPer1000Operations">Server sessions opened, from <c>pg_stat_database.sessions</c>.</param>
/// <param name="PreparedShare">Share of the client's statements that ran prepared, 0 to 1.</param>
/// <param name="WalBytesPerWrite">Bytes of write-ahead log for each acknowledged write.</param>
/// <param name="ClientPeakBytes">The largest working set of this process during the run.</param>
/// <param name="ClientAllocatedBytesPerOperation">Managed memory allocated.</param>
/// <param name="ServerPrivateBytes">
/// Private memory of all server processes of this database at the end of the run; null where the server runs elsewhere.
/// </param>
/// <param name="Operations">By kind.</param>
public sealed record VariantReport(
    string Name,
    double OperationsPerSecond,
    double P50Ms,
    double P95Ms,
    double P99Ms,
    long Succeeded,
    long Errors,
    string? FirstError,
    long Acknowledged,
    long Lost,
    double ConnectionsPer1000Operations,
    double PreparedShare,
    double WalBytesPerWrite,
    long ClientPeakBytes,
    double ClientAllocatedBytesPerOperation,
    long? ServerPrivateBytes,
    IReadOnlyList<OperationReport> Operations);
