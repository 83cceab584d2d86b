using System.Diagnostics.Metrics;

namespace Nexus.Postgres;

/// <summary>Change notices as metrics. An embedded store reports none of them.</summary>
internal static class NoticeInstruments
{
    public static void Create(Meter meter, Func<NoticeUse?> notices)
    {
        meter.CreateObservableCounter("nexus.notices.sent", Read(notices, use => use.Sent), "{notice}",
            "Change notices sent, heartbeats included, since the start.");
        meter.CreateObservableCounter("nexus.notices.beats", Read(notices, use => use.Beats), "{notice}",
            "Own notices whose return proved that changes of other instances arrive, since the start.");
        meter.CreateObservableCounter("nexus.notices.gaps", Read(notices, use => use.Gaps), "{gap}",
            "Times at which a change of another instance may have been missed, since the start.");
        meter.CreateObservableCounter("nexus.notices.drops", Read(notices, use => use.Drops), "{drop}",
            "Times at which everything in memory was dropped because of another instance, since the start.");
        meter.CreateObservableGauge("nexus.notices.peers", Read(notices, use => use.Peers), "{instance}",
            "Other instances whose notices are counted.");
    }

    private static Func<IEnumerable<Measurement<T>>> Read<T>(Func<NoticeUse?> notices, Func<NoticeUse, T> read)
        where T : struct =>
        () => notices() is { } use ? [new Measurement<T>(read(use))] : [];
}
