using System.Diagnostics.Metrics;

namespace Nexus.Tasks;

/// <summary>What became of claims, as metrics.</summary>
internal sealed class TaskTelemetry(Meter meter)
{
    private readonly Counter<long> _claimed = meter.CreateCounter<long>("nexus.tasks.claimed", "{task}", "Runs of tasks that workers claimed.");

    private readonly Counter<long> _ended = meter.CreateCounter<long>("nexus.tasks.ended", "{task}", "Runs of tasks that ended, by their result.");

    public void Claimed(int count)
    {
        if (count > 0) _claimed.Add(count);
    }

    public void Completed(bool hasFailed) => End(1, hasFailed ? "failed" : "completed");

    public void Failed() => End(1, "released");

    public void Skipped(int count) => End(count, "skipped");

    public void Refused() => End(1, "refused");

    private void End(int count, string result) => _ended.Add(count, new KeyValuePair<string, object?>("result", result));
}
