using System.Diagnostics.Metrics;

namespace Nexus.Operations.Alerts;

/// <summary>The alerts as metrics.</summary>
internal static class AlertInstruments
{
    public static void Add(Meter meter, AlertService alerts)
    {
        meter.CreateObservableGauge("nexus.alerts.firing", alerts.ReadFiring, "{alert}", "Firing alerts that this instance knows.");
        meter.CreateObservableGauge("nexus.alert.deliveries", () => alerts.WaitingDeliveries, "{delivery}", "Messages that wait for a notifier.");
        meter.CreateObservableGauge("nexus.alert.notifier.failing", alerts.ReadFailing, null,
            "1 if the last delivery of a notifier failed, otherwise 0.");
    }
}
