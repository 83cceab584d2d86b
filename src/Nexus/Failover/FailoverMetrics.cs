using System.Diagnostics.Metrics;

namespace Nexus.Failover;

/// <summary>What monitoring reads of the fallback.</summary>
internal sealed class FailoverMetrics : IDisposable
{
    private readonly Meter _meter = new("Nexus.Fallback");
    private readonly Counter<long> _outages;

    public FailoverMetrics(FailoverStore store)
    {
        _outages = _meter.CreateCounter<long>("nexus.fallback.outages", description: "How often PostgreSQL went away.");
        _meter.CreateObservableGauge("nexus.fallback.local", () => store.Status.IsLocal ? 1 : 0, description: "1 while the local copy serves.");
        _meter.CreateObservableGauge("nexus.fallback.staleness", () =>
            store.Status.Staleness?.TotalSeconds ?? -1, "s", "How old the copy is while it serves; -1: it was never complete.");
        _meter.CreateObservableGauge("nexus.outbox.pending", () => store.Status.Pending, description: "Writes that PostgreSQL has not got yet.");
        _meter.CreateObservableGauge("nexus.outbox.conflicts", () => store.Status.Conflicts, description: "Writes that wait for a decision.");
        _meter.CreateObservableGauge("nexus.outbox.quarantined", () => store.Status.Quarantined, description: "Writes that PostgreSQL refused.");
        _meter.CreateObservableCounter("nexus.outbox.replayed", () => store.Status.Replayed, description: "Writes replayed from the outbox.");
    }

    public void CountOutage() => _outages.Add(1);

    public void Dispose() => _meter.Dispose();
}
