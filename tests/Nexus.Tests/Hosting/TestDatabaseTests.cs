using Microsoft.Extensions.Time.Testing;
using Nexus.Testing;
using Nexus.Users;

namespace Nexus.Tests.Hosting;

/// <summary>The temporary database that a bot's own tests use.</summary>
public sealed class TestDatabaseTests
{
    [Fact]
    public async Task Its_clock_ends_subscriptions()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var test = await NexusTestDatabase.CreateAsync(clock);
        await test.Db.Users.SaveAsync(1, new UserChange { Name = "Ada", Days = 30 });
        Assert.True((await test.Db.Users.CheckAccessAsync(1)).Allowed);

        clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(AccessRole.Expired, (await test.Db.Users.CheckAccessAsync(1)).Role);
    }

    [Fact]
    public async Task It_survives_being_opened_again_and_leaves_nothing_behind()
    {
        var test = await NexusTestDatabase.CreateAsync(configure: options => options.Owners.Add(7));
        await test.Db.Users.SaveAsync(1, new UserChange { Name = "Ada", NeverExpires = true });
        var before = test.Db;
        await test.ReopenAsync();

        Assert.NotSame(before, test.Db);
        Assert.Equal("Ada", (await test.Db.Users.GetAsync(1))!.Name);
        Assert.Equal(AccessRole.Owner, (await test.Db.Users.CheckAccessAsync(7)).Role);
        await test.DisposeAsync();
        await test.DisposeAsync();
        Assert.False(Directory.Exists(test.Folder));
        Assert.Throws<ObjectDisposedException>(() => test.Db);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => test.ReopenAsync());
    }

    [Fact]
    public async Task It_is_never_another_database()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            NexusTestDatabase.CreateAsync(configure: options => options.Database = "postgres://localhost/live"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => NexusTestDatabase.CreateAsync(configure: options => options.DataFolder = "data"));
    }
}
