namespace Nexus.LoadTest;

/// <summary>The results of the load test. With camelCase names it is the JSON of the command.</summary>
/// <param name="Users">Concurrent users.</param>
/// <param name="Seconds">Measured time of each variant.</param>
/// <param name="WarmUpSeconds">Warm-up time of each variant.</param>
/// <param name="Sessions">Sessions in the table.</param>
/// <param name="Server">The server's version.</param>
/// <param name="Lost">Acknowledged writes that were missing at the end, over all variants. Any value other than 0 is a defect.</param>
/// <param name="Ways">The results of each variant.</param>
/// <param name="Promises">The promises of the audit, as measured ratios.</param>
public sealed record BenchReport(
    int Users, double Seconds, double WarmUpSeconds, int Sessions, string Server, long Lost, IReadOnlyList<WayReport> Ways,
        IReadOnlyList<PromiseReport> Promises);

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
public sealed record WayReport(
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

/// <summary>One kind of operation.</summary>
/// <param name="Kind"><c>access</c>, <c>read</c>, <c>save</c>, <c>patch</c>, <c>trade</c> or <c>toggle</c>.</param>
/// <param name="OperationsPerSecond">Operations that succeeded.</param>
/// <param name="P50Ms">Median latency.</param>
/// <param name="P95Ms">95th percentile.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="Succeeded">Operations of the measured time.</param>
/// <param name="Errors">Operations that failed.</param>
public sealed record OperationReport(string Kind, double OperationsPerSecond, double P50Ms, double P95Ms, double P99Ms, long Succeeded, long Errors);

/// <summary>One promise of the audit and its measurement.</summary>
/// <param name="Promise">What was promised, such as <c>3x operations</c>.</param>
/// <param name="Promised">The promised ratio to naive; below 1 if less is better.</param>
/// <param name="Measured">The measured ratio of nexus to naive.</param>
/// <param name="Kept">Whether it was met.</param>
public sealed record PromiseReport(string Promise, double Promised, double Measured, bool Kept);
