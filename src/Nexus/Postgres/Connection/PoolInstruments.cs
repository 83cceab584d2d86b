using System.Diagnostics.Metrics;

namespace Nexus.Postgres;

/// <summary>
/// The pool as metrics. The driver knows only of callers that passed the limit of this pool. An embedded store reports none of them.
/// </summary>
internal static class PoolInstruments
{
    public static void Create(Meter meter, Func<PoolUse?> pool)
    {
        meter.CreateObservableGauge("nexus.pool.used", Read(pool, use => use.Used), "{connection}", "Connections of the pool in use.");
        meter.CreateObservableGauge("nexus.pool.size", Read(pool, use => use.Size), "{connection}", "Connections that the pool may open.");
        meter.CreateObservableGauge("nexus.pool.waiting", Read(pool, use => use.Waiting), "{caller}", "Callers that wait for a connection.");
        meter.CreateObservableCounter("nexus.pool.timeouts", Read(pool, use => use.Timeouts), "{caller}",
            "Callers that got no connection in time, since the start.");
    }

    private static Func<IEnumerable<Measurement<T>>> Read<T>(Func<PoolUse?> pool, Func<PoolUse, T> read)
        where T : struct =>
        () => pool() is { } use ? [new Measurement<T>(read(use))] : [];
}
