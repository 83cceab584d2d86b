using Nexus.TestKit;

namespace Nexus.Faults.Tests;

/// <summary>The engine itself fails while 200 users write: it is killed, its disk is full, its clock is set, its last record is torn.</summary>
public sealed class VictimFaultTests
{
    private static async Task<FaultBench?> PlainAsync(int seed) => await FaultBench.CreateAsync(seed);

    [Fact]
    public Task The_engine_is_killed_again_and_again() =>
        FaultRuns.RunAsync("engine killed in a loop", PlainAsync, KillAgainAndAgainAsync);

    [Fact]
    public Task Both_are_killed_at_once() => FaultRuns.RunAsync("PostgreSQL and engine killed at once", PlainAsync, KillBothAsync);

    internal static async Task KillAgainAndAgainAsync(FaultBench bench)
    {
        for (var n = 0; n < 4; n++)
        {
            await bench.KillVictimAsync();
            // PostgreSQL is unavailable every second time, so that the process is killed while it spools and while it replays.
            if (n % 2 == 0) await bench.Cluster.KillAsync();
            await bench.StartVictimAsync();
            await bench.WorkAsync(bench.Random.Next(200, 1500));
            if (n % 2 == 0) await bench.Cluster.RestartAsync();
            await bench.WorkAsync(bench.Random.Next(1, 800));
        }
    }

    internal static async Task KillBothAsync(FaultBench bench)
    {
        for (var n = 0; n < 3; n++)
        {
            await Task.WhenAll(bench.Cluster.KillAsync(), bench.KillVictimAsync());
            await Task.WhenAll(bench.Cluster.RestartAsync(), bench.StartVictimAsync());
            await bench.WorkAsync(bench.Random.Next(300, 1500));
        }
    }

    [Fact]
    public Task The_last_record_of_the_outbox_is_torn() => FaultRuns.RunAsync("torn last outbox record", PlainAsync, async bench =>
    {
        await bench.Cluster.KillAsync();
        await bench.WorkAsync(2000);
        await bench.KillVictimAsync();
        await TearAsync(Path.Combine(bench.Folder, "fallback.db-wal"), bench.Random);
        await bench.StartVictimAsync();
        await bench.WorkAsync(500);
        await bench.Cluster.RestartAsync();
        await bench.WorkAsync(1000);
    });

    [Fact]
    public Task The_clock_is_set_back() => FaultRuns.RunAsync(
        "clock stepped back",
        async seed =>
        {
            var bench = await FaultBench.CreateAsync(seed);
            bench.Words.Add("clock-steps-back");
            return bench;
        },
        async bench =>
        {
            await bench.Cluster.KillAsync();
            await bench.WorkAsync(3000);
            await bench.KillVictimAsync();
            await bench.StartVictimAsync();
            await bench.WorkAsync(1000);
            await bench.Cluster.RestartAsync();
            await bench.WorkAsync(1500);
        });

    [Fact]
    public Task The_disk_of_the_outbox_is_full() => FaultRuns.RunAsync(
        "outbox's disk full",
        async seed =>
        {
            if (await SmallDisk.MountAsync(12) is not { } disk) return null;
            var bench = await FaultBench.CreateAsync(seed);
            bench.Own(disk);
            bench.Disk = disk;
            bench.Folder = Path.Combine(disk.Path, "data");
            return bench;
        },
        async bench =>
        {
            await bench.Cluster.KillAsync();
            await Eventually.TrueAsync(() => bench.Ledger.Refusals.Any(refusal => refusal.Contains("no space is left", StringComparison.Ordinal)),
                TimeSpan.FromMinutes(2));
            await bench.KillVictimAsync();
            await bench.Disk!.GrowAsync(200);
            await bench.StartVictimAsync();
            await bench.Cluster.RestartAsync();
            await bench.WorkAsync(1500);
        });

    /// <summary>As a power cut leaves it: half a frame of a commit that was not acknowledged.</summary>
    private static async Task TearAsync(string log, Random random)
    {
        const int frame = 4096 + 24;
        var bytes = await File.ReadAllBytesAsync(log);
        Assert.True(bytes.Length > 32 + frame);
        var torn = bytes[^frame..][..random.Next(30, frame)];
        random.NextBytes(torn.AsSpan(torn.Length / 2));
        await using var file = new FileStream(log, FileMode.Append, FileAccess.Write);
        await file.WriteAsync(torn);
    }
}
