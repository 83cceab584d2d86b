using System.Diagnostics.Metrics;

namespace Nexus.Tasks;

/// <summary>What became of claims, as metrics.</summary>
internal sealed class TaskTelemetry
{
    private long _claimed;
    private long _completed;
    private long _failed;
    private long _skipped;
    private long _refused;

    public TaskTelemetry(Meter meter)
    {
        meter.CreateObservableCounter("nexus.tasks.claimed", () => Interlocked.Read(ref _claimed), "{run}", "Runs that workers claimed.");
        meter.CreateObservableCounter("nexus.tasks.completed", () => Interlocked.Read(ref _completed), "{run}",
            "Runs that were completed without an error.");
        meter.CreateObservableCounter("nexus.tasks.failed", () => Interlocked.Read(ref _failed), "{run}",
            "Runs that were completed or released with an error.");
        meter.CreateObservableCounter("nexus.tasks.skipped", () => Interlocked.Read(ref _skipped), "{run}",
            "Missed runs that were left out by the policy of their task.");
        meter.CreateObservableCounter("nexus.tasks.refused", () => Interlocked.Read(ref _refused), "{run}",
            "Completions, renewals and releases that were refused because another worker had taken the task over.");
    }

    public void Claimed(int count) => Interlocked.Add(ref _claimed, count);

    public void Completed(bool hasFailed)
    {
        if (hasFailed) Failed();
        else Interlocked.Increment(ref _completed);
    }

    public void Failed() => Interlocked.Increment(ref _failed);

    public void Skipped(int count) => Interlocked.Add(ref _skipped, count);

    public void Refused() => Interlocked.Increment(ref _refused);
}
