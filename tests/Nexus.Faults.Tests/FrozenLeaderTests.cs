using System.Globalization;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Faults.Tests;

/// <summary>Three instances with one leader, whose process is stopped for longer than its lease and then goes on.</summary>
public sealed class FrozenLeaderTests
{
    private const int LeaseMilliseconds = 2500;

    [Fact]
    public async Task A_leader_that_was_frozen_past_its_lease_changes_nothing_afterwards()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE led (id bigint GENERATED ALWAYS AS IDENTITY, epoch bigint NOT NULL)");
        using var folder = new TempFolder("leaders");
        var keys = KeyRing.GenerateKey();
        // The first creates the schema; the others wait for it in any case.
        await using var first = Start(database, folder["1"], keys);
        await using var second = Start(database, folder["2"], keys);
        await using var third = Start(database, folder["3"], keys);
        ChildProcess[] all = [first, second, third];
        var leader = await LeaderAsync(all, epoch: 1);
        Assert.Single(all, process => process.Output.Contains("leader", StringComparison.Ordinal));
        await leader.ReadLineAsync(line => line == "added 1");

        leader.Signal(ChildProcess.SigStop);
        ChildProcess[] others = [.. all.Where(process => process != leader)];
        var next = await LeaderAsync(others, epoch: 2);
        await next.ReadLineAsync(line => line == "added 2");
        Assert.Single(others, process => process.Output.Contains("leader 2", StringComparison.Ordinal));
        var last = await LastOfAsync(database, epoch: 1);

        leader.Signal(ChildProcess.SigCont);
        await leader.ReadLineAsync(line => line is "lost 1" || line.StartsWith("refused 1", StringComparison.Ordinal));
        Assert.Equal(last, await LastOfAsync(database, epoch: 1));
        // The old leader is a candidate like the others now.
        await next.KillAsync();
        await LeaderAsync([.. all.Where(process => process != next)], epoch: 3);
        await Eventually.TrueAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM led WHERE epoch = 3") > 0);
        Assert.Equal(last, await LastOfAsync(database, epoch: 1));
        // No two leaders at any time: the epochs follow one another in the order of the rows.
        Assert.Equal(0L, await database.ScalarAsync<long>(
            "SELECT count(*) FROM (SELECT epoch, lag(epoch) OVER (ORDER BY id) AS before FROM led) AS rows WHERE epoch < before"));
    }

    [Fact]
    public async Task A_leader_that_ends_gives_its_lease_back()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE led (id bigint GENERATED ALWAYS AS IDENTITY, epoch bigint NOT NULL)");
        using var folder = new TempFolder("leaders");
        var keys = KeyRing.GenerateKey();
        await using var first = Start(database, folder["1"], keys, leaseMilliseconds: 600_000);
        await LeaderAsync([first], epoch: 1);

        first.Input.Close();
        Assert.Equal(0, await first.WaitForExitAsync());

        await using var second = Start(database, folder["2"], keys, leaseMilliseconds: 600_000);
        await LeaderAsync([second], epoch: 2);
    }

    private static ChildProcess Start(TestDatabase database, string folder, string keys, int leaseMilliseconds = LeaseMilliseconds) =>
        ChildProcess.Start(
            "dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "Nexus.Faults.dll"), "leader", database.Url, folder, keys,
                leaseMilliseconds.ToString(CultureInfo.InvariantCulture)]);

    private static async Task<ChildProcess> LeaderAsync(ChildProcess[] candidates, int epoch)
    {
        ChildProcess? leader = null;
        var line = string.Create(CultureInfo.InvariantCulture, $"leader {epoch}");
        await Eventually.TrueAsync(() =>
            (leader = Array.Find(candidates, process => process.Output.Contains(line, StringComparison.Ordinal))) is not null);
        return leader!;
    }

    private static Task<long> LastOfAsync(TestDatabase database, long epoch) =>
        database.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM led WHERE epoch = $1", epoch);
}
