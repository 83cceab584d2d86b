using Nexus.StoreContract;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>The end of a subscription that was acknowledged during an outage holds after the replay, however long the outage lasted.</summary>
public sealed class SubscriptionReplayTests
{
    [Fact]
    public async Task An_extension_counts_from_when_it_was_acknowledged()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        var past = DateTimeOffset.UtcNow.AddDays(-10);
        var future = Make.Noon.AddYears(50);
        await fallback.ApplyAsync(Make.User("1", expiry: Make.Until(past)));
        await fallback.ApplyAsync(Make.User("2", expiry: Make.Until(future)));
        await fallback.ApplyAsync(Make.User("3", expiry: new Expiry(ExpiryKind.Never)));
        await fallback.ApplyAsync(Make.User("4", expiry: Make.Until(past)));
        await fallback.GoAwayAsync();

        foreach (var chat in new[] { "1", "2", "3" }) await fallback.SpoolAsync(new ExtendUser(chat, 30));
        await fallback.SpoolAsync(new ExtendUser("1", 5));
        await fallback.SpoolAsync(Make.User("4", expiry: new Expiry(ExpiryKind.DaysMore, Days: 7)));
        await fallback.SpoolAsync(Make.User("5", expiry: new Expiry(ExpiryKind.DaysMore, Days: 7)));
        string[] chats = ["1", "2", "3", "4", "5"];
        var reported = (await fallback.Store.GetUsersAsync(chats, FallbackFixture.Token)).ToDictionary(user => user.ChatId, user => user.ExpiresAt);
        // Long enough to tell the two instants apart.
        await Task.Delay(1500, FallbackFixture.Token);
        await fallback.ReopenAsync();
        await fallback.ComeBackAsync();

        var stored = (await fallback.Other.GetUsersAsync(chats, FallbackFixture.Token)).ToDictionary(user => user.ChatId, user => user.ExpiresAt);
        Assert.Equal(reported, stored);
        Assert.Equal(future.AddDays(30), stored["2"]);
        Assert.Null(stored["3"]);
    }

    [Fact]
    public async Task An_extension_by_another_instance_meanwhile_adds_up()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ApplyAsync(Make.User("1", expiry: Make.Until(DateTimeOffset.UtcNow.AddDays(-10))));
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(new ExtendUser("1", 30));
        await fallback.ByOtherAsync(new ExtendUser("1", 10));
        var other = Assert.Single(await fallback.Other.GetUsersAsync(["1"], FallbackFixture.Token)).ExpiresAt!.Value;
        await fallback.ComeBackAsync();

        Assert.Equal(other.AddDays(30), Assert.Single(await fallback.Other.GetUsersAsync(["1"], FallbackFixture.Token)).ExpiresAt);
    }
}
