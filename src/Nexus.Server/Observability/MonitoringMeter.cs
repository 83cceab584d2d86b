using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Operations.Alerts;
using Nexus.Operations.Monitoring;

namespace Nexus.Server.Observability;

/// <summary>The instruments of the monitoring. They exist as soon as the server counts, so that no series appears later.</summary>
internal sealed class MonitoringMeter
{
    public MonitoringMeter(IMeterFactory meters, StoreMonitor store, AlertService alerts, IServiceProvider services)
    {
        var meter = meters.Create(MonitorInstruments.MeterName);
        MonitorInstruments.AddStore(meter, store);
        AlertInstruments.Add(meter, alerts);
        if (services.GetService<PostgresCollector>() is { } collector)
            MonitorInstruments.AddPostgres(meter, collector, services.GetRequiredService<MonitorConnection>().Database);
    }
}
