namespace Nexus.LoadTest;

/// <summary>The results of the load test. With camelCase names it is the JSON of the command.</summary>
/// <param name="Users">Concurrent users.</param>
/// <param name="Seconds">Measured time of each variant.</param>
/// <param name="WarmUpSeconds">Warm-up time of each variant.</param>
/// <param name="Sessions">Sessions in the table.</param>
/// <param name="Server">The server's version.</param>
/// <param name="Lost">Acknowledged writes that were missing at the end, over all variants. Any value other than 0 is a defect.</param>
/// <param name="Variants">The results of each variant.</param>
/// <param name="Promises">The promises of the audit, as measured ratios.</param>
public sealed record BenchReport(
    int Users, double Seconds, double WarmUpSeconds, int Sessions, string Server, long Lost, IReadOnlyList<VariantReport> Variants,
        IReadOnlyList<PromiseReport> Promises);
