namespace Nexus.Operations.Backup;

/// <summary>
/// Adds up the parts of a backup into one bar whose time left is meaningful: each table counts by its size, once for its dump and partly for its
/// digest.
/// Safe for concurrent use.
/// </summary>
internal sealed class WorkProgress(IProgress<(long Done, long Total)>? progress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Done, long Total)> _parts = new(StringComparer.Ordinal);

    /// <summary>Reports a part. A part never goes back.</summary>
    public void Report(string part, long done, long total)
    {
        if (progress is null) return;
        (long Done, long Total) sum = (0, 0);
        lock (_gate)
        {
            var before = _parts.GetValueOrDefault(part).Done;
            _parts[part] = (Math.Clamp(Math.Max(done, before), 0, total), total);
            foreach (var (partDone, partTotal) in _parts.Values) sum = (sum.Done + partDone, sum.Total + partTotal);
        }
        progress.Report(sum);
    }
}
