using System.Diagnostics.Metrics;

namespace Nexus.Postgres;

/// <summary>How many pooled connections this process has open: the driver says so only through its metrics.</summary>
internal static class PoolGauge
{
    public static int Read()
    {
        var connections = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "Npgsql", Name: "db.client.connection.count" }) listener.EnableMeasurementEvents(instrument);
            },
        };
        // One measurement for the idle ones of a pool, one for those in use.
        listener.SetMeasurementEventCallback<int>((_, count, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "db.client.connection.pool.name", Value: PostgresDataSource.Name }) connections += count;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return connections;
    }
}
