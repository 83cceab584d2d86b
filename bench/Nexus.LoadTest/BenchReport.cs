namespace Nexus.LoadTest;

/// <summary>What the load test measured. Serialised with camelCase names it is the command's JSON.</summary>
/// <param name="Users">Users at work.</param>
/// <param name="Seconds">Measured time of each way.</param>
/// <param name="WarmUpSeconds">Time that each way worked before it was measured.</param>
/// <param name="Sessions">Sessions in the table.</param>
/// <param name="Server">The server's version.</param>
/// <param name="Lost">Acknowledged writes that were not there at the end, over all ways. Anything but 0 is a defect.</param>
/// <param name="Ways">Each way.</param>
/// <param name="Promises">What the audit promised, as measured ratios.</param>
public sealed record BenchReport(
    int Users, double Seconds, double WarmUpSeconds, int Sessions, string Server, long Lost, IReadOnlyList<WayReport> Ways, IReadOnlyList<PromiseReport> Promises);

/// <summary>One way's figures. Rates and latencies are those of the measured time, everything else is of the whole run with its warm-up.</summary>
/// <param name="Name"><c>nexus</c>, <c>pooled</c> or <c>naive</c>.</param>
/// <param name="OperationsPerSecond">Operations that succeeded.</param>
/// <param name="P50Ms">Median latency over all kinds of operations.</param>
/// <param name="P95Ms">95th percentile.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="Succeeded">Operations of the measured time.</param>
/// <param name="Errors">Operations that failed.</param>
/// <param name="FirstError">The message of the first error, null without one.</param>
/// <param name="Acknowledged">Writes that were acknowledged.</param>
/// <param name="Lost">Acknowledged writes that were not there at the end.</param>
/// <param name="ConnectionsPer1000Operations">Server sessions opened, by <c>pg_stat_database.sessions</c>.</param>
/// <param name="PreparedShare">Share of the client's statements that ran prepared, 0 to 1.</param>
/// <param name="WalBytesPerWrite">Bytes of write-ahead log for each acknowledged write.</param>
/// <param name="ClientPeakBytes">The largest working set of this process during the run.</param>
/// <param name="ClientAllocatedBytesPerOperation">Managed memory allocated.</param>
/// <param name="ServerPrivateBytes">Private memory of all server processes of this database at the end of the run; null where the server runs elsewhere.</param>
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

/// <summary>One promise of the audit and what was measured of it.</summary>
/// <param name="Promise">What was promised, such as <c>3x operations</c>.</param>
/// <param name="Promised">As a ratio against the audited way; below 1 where less is better.</param>
/// <param name="Measured">The measured ratio of nexus against naive.</param>
/// <param name="Kept">Whether it was met.</param>
public sealed record PromiseReport(string Promise, double Promised, double Measured, bool Kept);
