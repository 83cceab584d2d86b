using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>A data folder is put back from an old copy: its outbox gives numbers a second time that PostgreSQL has noted as replayed.</summary>
public sealed class OldFolderTests
{
    [Fact]
    public async Task Nothing_is_applied_twice_and_nothing_new_is_taken_for_replayed()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        var end = TimeProvider.System.GetUtcNow().AddYears(1);
        await fallback.ApplyAsync(Make.User("1", "Ada", expiry: Make.Until(end)));
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(new Nexus.Users.ExtendUser("1", 10));
        await fallback.Store.DisposeAsync();
        using var copy = new TempFolder("old");
        await CopyAsync(fallback.Home.Folder, copy["data"]);

        await fallback.ReopenAsync();
        for (var n = 0; n < 5; n++) await fallback.SpoolAsync(Make.Session("2", $$"""{"n":{{n}}}"""));
        await fallback.ComeBackAsync();
        await fallback.Store.DisposeAsync();

        Directory.Delete(fallback.Home.Folder, recursive: true);
        await CopyAsync(copy["data"], fallback.Home.Folder);
        fallback.Home.GoAway();
        await fallback.ReopenAsync();
        await fallback.SpoolAsync(Make.Session("3", """{"n":9}"""));
        await fallback.ComeBackAsync();

        Assert.Equal(9, OutageTests.N(await fallback.StoredSessionAsync("3")));
        Assert.Equal(4, OutageTests.N(await fallback.StoredSessionAsync("2")));
        var user = Assert.Single(await fallback.Other.GetUsersAsync(["1"], FallbackFixture.Token));
        Assert.Equal(10, (user.ExpiresAt!.Value - end).TotalDays, 1);
    }

    private static async Task CopyAsync(string from, string to)
    {
        var (exitCode, _, error) = await ChildProcess.RunAsync("cp", ["-r", from, to]);
        Assert.True(exitCode == 0, error);
    }
}
