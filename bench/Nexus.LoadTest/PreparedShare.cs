using System.Diagnostics.Metrics;

namespace Nexus.LoadTest;

/// <summary>Reads Npgsql's gauge of the share of prepared commands: https://www.npgsql.org/doc/diagnostics/metrics.html.</summary>
internal sealed class PreparedShare : IDisposable
{
    private readonly MeterListener _listener = new();
    private double _sum;
    private int _pools;

    public PreparedShare(string poolName)
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Npgsql" && instrument.Name.EndsWith("prepared_ratio", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key.EndsWith("pool.name", StringComparison.Ordinal) && !Equals(tag.Value, poolName)) return;
            }
            // The driver reports percent.
            _sum += value / 100;
            _pools++;
        });
        _listener.Start();
    }

    public double Read()
    {
        (_sum, _pools) = (0, 0);
        _listener.RecordObservableInstruments();
        return _pools == 0 ? 0 : _sum / _pools;
    }

    public void Dispose() => _listener.Dispose();
}
