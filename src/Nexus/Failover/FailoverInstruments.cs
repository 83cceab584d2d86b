using System.Diagnostics.Metrics;

namespace Nexus.Failover;

/// <summary>The state of the failover as metrics. A database without failover reports none of them.</summary>
internal static class FailoverInstruments
{
    public static void Create(Meter meter, Func<IFallback?> failover)
    {
        meter.CreateObservableCounter("nexus.fallback.outages", Read(failover, store => store.Outages), "{outage}",
            "Outages of PostgreSQL since the start.");
        meter.CreateObservableGauge("nexus.fallback.local", Read(failover, store => store.Status.IsLocal ? 1 : 0), null,
            "1 while the local replica serves, otherwise 0.");
        meter.CreateObservableGauge(
            "nexus.fallback.staleness",
            Read(failover, store => store.Status.Staleness?.TotalSeconds ?? -1),
            "s",
            "Age of the local replica; 0 while PostgreSQL serves and nothing remains to be compared, -1 if the replica was never complete.");
        meter.CreateObservableGauge("nexus.fallback.copy.ratio", Read(failover, store => store.Status.CopyProgress), "1",
            "The share of the records that the local replica has compared or copied, 0 to 1.");
        meter.CreateObservableCounter("nexus.fallback.copied", Read(failover, store => store.Status.CopiedRecords), "{record}",
            "Records that the local replica has read from PostgreSQL since the start.");
        meter.CreateObservableGauge("nexus.outbox.size", Read(failover, store => store.Status.OutboxBytes), "By",
            "The size of the writes in the outbox that wait for PostgreSQL.");
        meter.CreateObservableGauge("nexus.outbox.limit", Read(failover, store => store.Status.OutboxLimit), "By", "The size limit of the outbox.");
        meter.CreateObservableGauge("nexus.outbox.pending", Read(failover, store => store.Status.Pending), "{write}",
            "Writes in the outbox that wait for PostgreSQL.");
        meter.CreateObservableGauge("nexus.outbox.conflicts", Read(failover, store => store.Status.Conflicts), "{write}",
            "Writes in the outbox that wait for a decision.");
        meter.CreateObservableGauge("nexus.outbox.quarantined", Read(failover, store => store.Status.Quarantined), "{write}",
            "Writes in the outbox that PostgreSQL rejected.");
        meter.CreateObservableCounter("nexus.outbox.replayed", Read(failover, store => store.Status.Replayed), "{write}",
            "Writes replayed from the outbox since the start.");
    }

    private static Func<IEnumerable<Measurement<T>>> Read<T>(Func<IFallback?> failover, Func<IFallback, T> read)
        where T : struct =>
        () => failover() is { } store ? [new Measurement<T>(read(store))] : [];
}
