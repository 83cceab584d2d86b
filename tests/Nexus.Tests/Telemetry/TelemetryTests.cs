using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Nexus.BotState;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.Telemetry;
using Nexus.Testing;
using Nexus.Tests.Conventions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Nexus.Tests.Telemetry;

/// <summary>What the library reports of itself. Listeners see the whole process, so each test looks for what is its own.</summary>
public sealed partial class TelemetryTests
{
    [Fact]
    public async Task Writes_are_measured_by_operation_and_error()
    {
        using var listening = new Measurements();
        await using var test = await NexusTestDatabase.CreateAsync();
        await test.Db.Sessions.SaveAsync(new Session(1, null, null, StateJson.EmptyObject));
        await Assert.ThrowsAsync<NexusConflictException>(() =>
            test.Db.Sessions.SaveAsync(new Session(1, null, null, StateJson.EmptyObject), expectedVersion: 7));

        var saves = listening.Of("nexus.operation.duration").Where(measured => measured.Tags["nexus.operation.name"] is "save_session").ToList();
        Assert.Contains(saves, measured => measured.Value > 0 && !measured.Tags.ContainsKey("error.type"));
        Assert.Contains(saves, measured => measured.Tags.GetValueOrDefault("error.type") is "conflict");
        Assert.Contains(listening.Of("nexus.commit.batch_size"), measured => measured.Value >= 1);
        Assert.Contains(listening.Of("nexus.commit.duration"), measured => measured.Value > 0);
    }

    [Theory]
    [InlineData("sessions")]
    [InlineData("users")]
    [InlineData("access")]
    [InlineData("bot_state")]
    public async Task Reads_are_counted_as_hits_and_misses(string cache)
    {
        await using var test = await NexusTestDatabase.CreateAsync();
        using var listening = new Measurements();
        for (var i = 0; i < 3; i++)
        {
            if (cache == "sessions") await test.Db.Sessions.GetAsync(5);
            if (cache == "users") await test.Db.Users.GetAsync(5);
            if (cache == "access") await test.Db.Users.CheckAccessAsync(5);
            if (cache == "bot_state") await test.Db.BotState.GetAsync();
        }

        listening.Observe();
        Assert.True(Count("miss") >= 1);
        Assert.True(Count("hit") >= 2);

        double Count(string result) => listening.Of("nexus.cache.reads")
            .Where(measured => measured.Tags["nexus.cache.name"] as string == cache && measured.Tags["nexus.cache.result"] as string == result)
            .Sum(measured => measured.Value);
    }

    [Fact]
    public async Task A_commit_is_linked_to_the_traces_of_its_callers()
    {
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is NexusTelemetry.ActivitySourceName or "caller",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => { lock (ended) ended.Add(activity); },
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("caller");
        await using var test = await NexusTestDatabase.CreateAsync();

        ActivityTraceId trace;
        using (var caller = source.StartActivity("message"))
        {
            trace = caller!.TraceId;
            await test.Db.BotState.PatchAsync(new BotSwitchesPatch { AiFilterEnabled = true });
        }

        List<Activity> all;
        lock (ended) all = [.. ended];
        var operation = Assert.Single(all, activity => activity.OperationName == "change_bot_state" && activity.TraceId == trace);
        var commit = Assert.Single(all, activity => activity.OperationName == "commit"
            && activity.Links.Any(link => link.Context.SpanId == operation.SpanId));
        Assert.NotEqual(trace, commit.TraceId);
        Assert.Equal(1, commit.GetTagItem("db.operation.batch.size"));
    }

    [Fact]
    public async Task OpenTelemetry_collects_both_by_one_call_each()
    {
        var metrics = new List<Metric>();
        var traces = new List<string>();
        using var meters = Sdk.CreateMeterProviderBuilder().AddNexusInstrumentation()
            .AddReader(new BaseExportingMetricReader(new Collector<Metric>(metrics.Add))).Build();
        using var tracers = Sdk.CreateTracerProviderBuilder().AddNexusInstrumentation()
            .AddProcessor(new SimpleActivityExportProcessor(new Collector<Activity>(Record))).Build();
        await using var test = await NexusTestDatabase.CreateAsync();
        await test.Db.BotState.PatchAsync(new BotSwitchesPatch { AiFilterEnabled = true });
        meters.ForceFlush();

        Assert.Contains(metrics, metric => metric is { Name: "nexus.operation.duration", Unit: "s" });
        Assert.Contains(metrics, metric => metric is { Name: "nexus.queue.pending", Unit: "{write}" });
        lock (traces) Assert.Contains("change_bot_state", traces);

        void Record(Activity activity)
        {
            lock (traces) traces.Add(activity.OperationName);
        }
    }

    [Fact]
    public async Task The_document_lists_every_instrument_with_its_unit()
    {
        using var listening = new Measurements();
        await using var test = await NexusTestDatabase.CreateAsync();
        var documented = Row().Matches(File.ReadAllText(Path.Combine(Sources.Root, "docs", "telemetry.md")))
            .Select(row => (row.Groups["name"].Value, Unit: row.Groups["unit"].Value));

        Assert.Equal(listening.Instruments.Select(instrument => (instrument.Name, Unit: instrument.Unit ?? "")).Distinct().Order(),
            documented.Order());
        Assert.All(listening.Instruments, instrument => Assert.False(string.IsNullOrEmpty(instrument.Description)));
    }

    [Fact]
    public async Task A_database_that_is_closed_reports_nothing_more()
    {
        using var listening = new Measurements();
        var test = await NexusTestDatabase.CreateAsync();
        var before = listening.Published;
        await test.DisposeAsync();

        Assert.True(before > 0);
        Assert.True(listening.Completed >= 1);
    }

    [GeneratedRegex(@"^\| `(?<name>nexus\.[a-z_.]+)` \| [a-z ]+ \| (?:`(?<unit>[^`]+)`)? ", RegexOptions.Multiline)]
    private static partial Regex Row();

    private sealed class Collector<T>(Action<T> take) : BaseExporter<T>
        where T : class
    {
        public override ExportResult Export(in Batch<T> batch)
        {
            foreach (var item in batch) take(item);
            return ExportResult.Success;
        }
    }

    private sealed record Measured(double Value, Dictionary<string, object?> Tags);

    private sealed class Measurements : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly List<(Instrument Instrument, Measured Measured)> _all = [];
        private readonly List<Instrument> _instruments = [];
        private readonly MeterListener _listener = new();

        public Measurements()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name != NexusTelemetry.MeterName) return;
                lock (_gate) _instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            };
            _listener.MeasurementsCompleted = (_, _) => Completed++;
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public int Completed { get; private set; }

        public int Published
        {
            get { lock (_gate) return _instruments.Count; }
        }

        public List<Instrument> Instruments
        {
            get { lock (_gate) return [.. _instruments]; }
        }

        public List<Measured> Of(string name)
        {
            lock (_gate) return [.. _all.Where(entry => entry.Instrument.Name == name).Select(entry => entry.Measured)];
        }

        /// <summary>Asks for what is read only when it is asked for.</summary>
        public void Observe() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var measured = new Measured(value, tags.ToArray().ToDictionary());
            lock (_gate) _all.Add((instrument, measured));
        }
    }
}
