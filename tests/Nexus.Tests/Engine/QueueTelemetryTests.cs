using System.Diagnostics;
using System.Diagnostics.Metrics;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Telemetry;

namespace Nexus.Tests.Engine;

/// <summary>What the queue reports of its writes and commits while somebody listens.</summary>
public sealed class QueueTelemetryTests : QueueTest
{
    private readonly EngineTelemetry _telemetry = new();
    private readonly List<(string Name, double Value, string? Error)> _measured = [];

    [Fact]
    public async Task Each_write_and_each_commit_is_measured_with_its_error()
    {
        using var listener = Listen();
        var queue = Queue(telemetry: _telemetry);
        Store.LetAllGo();

        Assert.True((await queue.WriteAsync(Save("1"), Token)).IsApplied);
        Assert.Equal(WriteStatus.Conflict, (await queue.WriteAsync(Save("1", expected: 9), Token)).Status);
        Assert.Equal(2, (await queue.WriteBatchAsync([Save("1"), Save("2")], atomic: true, Token)).Length);
        Store.FailNext = new StoreUnavailableException(StoreUnavailableReason.Unreachable, "unavailable");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.WriteAsync(Save("3"), Token).AsTask());

        Assert.Equal([null, "conflict", "unavailable"], Of("nexus.operation.duration").Select(measured => measured.Error));
        Assert.Equal([1d, 1d, 2d, 1d], Of("nexus.commit.batch_size").Select(measured => measured.Value));
        Assert.Equal([null, null, null, "unavailable"], Of("nexus.commit.duration").Select(measured => measured.Error));
    }

    [Fact]
    public async Task A_commit_is_linked_to_the_traces_of_all_who_wait_for_it()
    {
        List<Activity> ended = [];
        using var source = new ActivitySource("queue tests");
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard.Name is NexusTelemetry.ActivitySourceName or "queue tests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => { lock (ended) ended.Add(activity); },
        };
        ActivitySource.AddActivityListener(listener);
        var queue = Queue(telemetry: _telemetry);
        var first = queue.WriteAsync(Save("0"), Token).AsTask();
        await Store.ArrivedAsync();
        List<ActivityTraceId> traces = [];
        List<Task> calls = [];
        // Two for one record, which are composed, and one without a trace.
        foreach (var chat in new[] { "1", "1", "2" })
        {
            using var caller = source.StartActivity("message", ActivityKind.Internal, default(ActivityContext));
            traces.Add(caller!.TraceId);
            calls.Add(queue.WriteAsync(Save(chat), Token).AsTask());
        }
        Store.LetAllGo();
        await Task.WhenAll([first, .. calls]);

        Activity[] all;
        lock (ended) all = [.. ended];
        Assert.Single(all, activity => activity.OperationName == "commit"
            && activity.Links.Select(link => link.Context.TraceId).ToHashSet().SetEquals(traces));
    }

    private IEnumerable<(string Name, double Value, string? Error)> Of(string name) => _measured.Where(measured => measured.Name == name);

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (ReferenceEquals(instrument.Meter, _telemetry.Meter)) own.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.Start();
        return listener;

        void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? error = null;
            foreach (var tag in tags)
            {
                if (tag.Key == "error.type") error = (string?)tag.Value;
            }
            lock (_measured) _measured.Add((name, value, error));
        }
    }
}
