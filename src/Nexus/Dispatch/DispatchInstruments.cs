using System.Diagnostics.Metrics;

namespace Nexus.Dispatch;

/// <summary>Signals and their index as metrics.</summary>
internal static class DispatchInstruments
{
    private static readonly KeyValuePair<string, object?> Index = new("nexus.dispatch.source", "index");
    private static readonly KeyValuePair<string, object?> Store = new("nexus.dispatch.source", "store");
    private static readonly KeyValuePair<string, object?> None = new("nexus.dispatch.source", "none");

    public static void Create(Meter meter, Func<SignalDispatcher?> dispatcher)
    {
        meter.CreateObservableCounter("nexus.dispatch.signals", () => dispatcher()?.Signals is var (index, store, off)
            ? new Measurement<long>[] { new(index, Index), new(store, Store), new(off, None) }
            : [], "{signal}", "Signals by what selected their recipients; none if the bot's switches stopped them.");
        meter.CreateObservableCounter("nexus.dispatch.index.builds", () => dispatcher()?.IndexStatus.Builds ?? 0, "{build}",
            "Complete builds of the dispatch index since the start.");
        meter.CreateObservableGauge("nexus.dispatch.index.sessions", () => dispatcher()?.IndexStatus.Sessions ?? 0, "{session}",
            "Sessions in the dispatch index.");
        meter.CreateObservableGauge("nexus.dispatch.index.size", () => dispatcher()?.IndexStatus.SizeBytes ?? 0, "By",
            "Memory that the dispatch index takes, about.");
    }
}
