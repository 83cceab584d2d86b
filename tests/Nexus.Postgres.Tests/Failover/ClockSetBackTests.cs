using Nexus.StoreContract;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>The machine's clock is set back before a start during an outage.</summary>
public sealed class ClockSetBackTests
{
    [Fact]
    public async Task A_subscription_that_had_ended_grants_no_access_again()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.User("1", expiry: Make.Until(TimeProvider.System.GetUtcNow())));
        await fallback.GoAwayAsync();

        await fallback.ReopenAsync(clock: new DayBehind());

        var access = Assert.Single(await ((IUserReader)fallback.Store).GetAccessAsync(["1"], FallbackFixture.Token));
        Assert.True(access.ExpiresAt <= access.ReadAt, $"it ends at {access.ExpiresAt:O} and was read at {access.ReadAt:O}");
    }

    private sealed class DayBehind : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(-1);
    }
}
