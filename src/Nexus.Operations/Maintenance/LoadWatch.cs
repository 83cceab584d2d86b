using System.Diagnostics.Metrics;
using Nexus.Telemetry;

namespace Nexus.Operations.Maintenance;

/// <summary>
/// Compares the 99th percentile of the engine's write durations while a job runs with that before it. Listens to the engine's own metric, so it sees
/// what callers see.
/// </summary>
internal sealed class LoadWatch : IDisposable
{
    private const string Instrument = "nexus.operation.duration";

    private const int Kept = 2048;

    /// <summary>Fewer writes tell nothing about the slowest hundredth.</summary>
    private const int Enough = 100;

    /// <summary>Faster than this is never slow, in seconds.</summary>
    private const double Fast = 0.02;

    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly Samples _before = new();
    private Samples? _during;

    public LoadWatch()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == NexusTelemetry.MeterName && instrument.Name == Instrument) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Add(seconds));
        _listener.Start();
    }

    /// <summary>From now on until it is disposed of, writes count as made beside a job.</summary>
    public Watched Begin()
    {
        lock (_gate)
        {
            var during = new Samples();
            _during = during;
            return new Watched(this, during);
        }
    }

    /// <summary>Records the duration of a write, in seconds.</summary>
    internal void Add(double seconds)
    {
        lock (_gate) (_during ?? _before).Add(seconds);
    }

    public void Dispose() => _listener.Dispose();

    private bool IsSlow(Samples during)
    {
        lock (_gate)
        {
            return during.Count >= Enough && _before.Count >= Enough && during.P99() is var now && now > Fast && now > 2 * _before.P99();
        }
    }

    /// <summary>The time of one job.</summary>
    internal sealed class Watched : IDisposable
    {
        private readonly LoadWatch _watch;
        private readonly Samples _during;

        public Watched(LoadWatch watch, Samples during) => (_watch, _during) = (watch, during);

        /// <summary>Whether the 99th percentile has doubled.</summary>
        public bool IsSlow => _watch.IsSlow(_during);

        public void Dispose()
        {
            lock (_watch._gate) _watch._during = null;
        }
    }

    /// <summary>The last durations.</summary>
    internal sealed class Samples
    {
        private readonly double[] _seconds = new double[Kept];
        private long _added;

        public int Count => (int)Math.Min(_added, Kept);

        public void Add(double seconds) => _seconds[_added++ % Kept] = seconds;

        public double P99()
        {
            var sorted = _seconds[..Count];
            Array.Sort(sorted);
            return sorted[(int)(Count * 0.99)];
        }
    }
}
