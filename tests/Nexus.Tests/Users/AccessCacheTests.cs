using Nexus.Engine;
using Nexus.Stores;
using Nexus.Tests.Sqlite;
using Nexus.Users;

namespace Nexus.Tests.Users;

/// <summary>Who may use the bot, to the tick.</summary>
public sealed class AccessCacheTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static TheoryData<string, bool, AccessRole> StoredRoles => new()
    {
        { "admin", true, AccessRole.Admin },
        { "user", true, AccessRole.User },
        { "Admin", false, AccessRole.None },
        { "owner", false, AccessRole.None },
        { "", false, AccessRole.None },
    };

    [Fact]
    public async Task A_subscription_in_memory_ends_at_its_instant()
    {
        await using var test = await TestStore.OpenAsync();
        var end = test.Clock.GetUtcNow() + Day;
        await test.ApplyAsync(User("1", "user", new Expiry(ExpiryKind.At, end)));
        var cache = Cache(test);
        var user = await cache.GetAsync("1", TestStore.Token);

        test.Clock.Advance(Day - TimeSpan.FromTicks(1));
        Assert.Equal(new Access(true, AccessRole.User), cache.Judge(user));
        test.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(new Access(false, AccessRole.Expired), cache.Judge(user));
    }

    [Fact]
    public async Task A_subscription_is_judged_by_the_stores_clock_at_the_load()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(User("1", "user", new Expiry(ExpiryKind.At, test.Clock.GetUtcNow())));
        await test.ApplyAsync(User("2", "user", new Expiry(ExpiryKind.At, test.Clock.GetUtcNow().AddTicks(10))));
        await test.ApplyAsync(User("3", "user", new Expiry(ExpiryKind.Never)));
        var cache = Cache(test);

        Assert.Equal(new Access(false, AccessRole.Expired), cache.Judge(await cache.GetAsync("1", TestStore.Token)));
        Assert.Equal(new Access(true, AccessRole.User), cache.Judge(await cache.GetAsync("2", TestStore.Token)));
        test.Clock.Advance(36_500 * Day);
        Assert.Equal(new Access(true, AccessRole.User), cache.Judge(await cache.GetAsync("3", TestStore.Token)));
        Assert.Equal(new Access(false, AccessRole.None), cache.Judge(await cache.GetAsync("4", TestStore.Token)));
    }

    [Fact]
    public async Task An_admin_has_access_after_the_end_of_the_subscription()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(User("1", "admin", new Expiry(ExpiryKind.At, test.Clock.GetUtcNow().AddDays(-1))));
        var cache = Cache(test);

        Assert.Equal(new Access(true, AccessRole.Admin), cache.Judge(await cache.GetAsync("1", TestStore.Token)));
    }

    [Theory]
    [MemberData(nameof(StoredRoles))]
    public async Task A_role_that_is_not_known_grants_nothing(string role, bool allowed, AccessRole expected)
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(User("1", role, new Expiry(ExpiryKind.Never)));
        var cache = Cache(test);

        Assert.Equal(new Access(allowed, expected), cache.Judge(await cache.GetAsync("1", TestStore.Token)));
        Assert.True(cache.TryGet("1", out var remembered));
        Assert.Equal(new Access(allowed, expected), cache.Judge(remembered));
        Assert.False(cache.TryGet("2", out _));
    }

    private static AccessCache Cache(TestStore test) => new(test.Store, new ChangeFeed(RecordTables.Everything), test.Clock, 10);

    private static SaveUser User(string chatId, string role, Expiry expiry) =>
        new(chatId, "Ada", role, expiry, TimeZone: null, TelegramId: null, Groups: null, ExpectedVersion: null);
}
