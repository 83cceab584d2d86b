using Nexus.Failover;
using Nexus.Secrets;

namespace Nexus.Bench;

/// <summary>
/// Saves of several instances on a server whose commits wait for a standby: change notices in the transaction of the write, which let one commit of
/// the whole cluster wait at a time, and change notices after the commit.
/// </summary>
internal static class NoticeBenchmark
{
    private const int Sessions = 10_000;

    public static async Task RunAsync(TimeSpan duration, int instances, int callers, int milliseconds)
    {
        await using var server = await SlowCommits.StartAsync(TimeSpan.FromMilliseconds(milliseconds));
        var keys = KeyRing.GenerateKey();
        List<NexusDb> before = [], after = [];
        try
        {
            for (var n = 0; n < instances; n++)
            {
                before.Add(await OpenAsync(announcesAfterCommit: false));
                after.Add(await OpenAsync(announcesAfterCommit: true));
            }
            foreach (var chunk in Enumerable.Range(0, Sessions).Chunk(2000))
                await after[0].Sessions.SaveBatchAsync([.. chunk.Select(i => Workload.Session(i))]);

            Figures.Begin($"saves, {instances} instances, {callers} callers, a standby that is {milliseconds} ms away, median of {Measure.Rounds} "
                + $"rounds of {duration.TotalSeconds:0} s");
            var figures = await Measure.RoundsAsync(
                callers,
                duration,
                ("in transaction", (caller, i) => SaveAsync(before, caller, i)),
                ("after commit", (caller, i) => SaveAsync(after, caller, i)),
                ("one instance", (caller, i) => SaveAsync(after[..1], caller, i)));
            figures[1].Compare(figures[0], figures[2]);
        }
        finally
        {
            foreach (var db in before.Concat(after)) await db.DisposeAsync();
        }

        Task SaveAsync(List<NexusDb> instancesUsed, int caller, int i)
        {
            var session = ((caller * 10) + (i % 10)) % Sessions;
            return instancesUsed[caller % instancesUsed.Count].Sessions.SaveAsync(Workload.Session(session, i));
        }

        Task<NexusDb> OpenAsync(bool announcesAfterCommit) => NexusDb.OpenAsync(new NexusOptions
        {
            Database = server.Database.Url,
            Keys = keys,
            Fallback = FallbackMode.Off,
            MaxPoolSize = 10,
            MinPoolSize = 2,
            AnnouncesAfterCommit = announcesAfterCommit,
        });
    }
}
