using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Users;

namespace Nexus.StoreContract.Front;

/// <summary>Users and access checks through the front door.</summary>
public abstract class UsersFrontContract : FrontContract
{
    [Fact]
    public async Task Access_is_judged_by_role_and_by_the_end_of_the_subscription()
    {
        await ReopenAsync(options => options.Owners.Add(99));
        var now = await Db.GetTimeAsync(Token);
        await Db.Users.SaveAsync(1, "Ana", days: 30, cancellationToken: Token);
        await Db.Users.SaveAsync(2, "Eva", days: null, role: UserRole.Admin, cancellationToken: Token);
        await Db.Users.SaveAsync(3, new UserChange { ExpiresAt = now.AddDays(-1) }, cancellationToken: Token);
        await Db.Users.SaveAsync(4, new UserChange { Role = UserRole.Admin, ExpiresAt = now.AddDays(-1) }, cancellationToken: Token);
        await Db.Users.SaveAsync(5, "For ever", days: null, cancellationToken: Token);

        // The second time from memory.
        for (var time = 1; time <= 2; time++)
        {
            Assert.Equal(new Access(true, AccessRole.User), await Db.Users.CheckAccessAsync(1, Token));
            Assert.Equal(new Access(true, AccessRole.Admin), await Db.Users.CheckAccessAsync(2, Token));
            Assert.Equal(new Access(false, AccessRole.Expired), await Db.Users.CheckAccessAsync(3, Token));
            Assert.Equal(new Access(true, AccessRole.Admin), await Db.Users.CheckAccessAsync(4, Token));
            Assert.Equal(new Access(true, AccessRole.User), await Db.Users.CheckAccessAsync(5, Token));
            Assert.Equal(new Access(false, AccessRole.None), await Db.Users.CheckAccessAsync(6, Token));
            Assert.Equal(new Access(true, AccessRole.Owner), await Db.Users.CheckAccessAsync(99, Token));
        }
    }

    [Fact]
    public async Task A_change_of_a_user_changes_the_next_access_check()
    {
        Assert.Equal(AccessRole.None, (await Db.Users.CheckAccessAsync(1, Token)).Role);
        await Db.Users.SaveAsync(1, "Ana", days: 1, cancellationToken: Token);
        Assert.Equal(AccessRole.User, (await Db.Users.CheckAccessAsync(1, Token)).Role);
        await Db.Users.SaveAsync(1, new UserChange { ExpiresAt = (await Db.GetTimeAsync(Token)).AddSeconds(-1) }, cancellationToken: Token);
        Assert.Equal(AccessRole.Expired, (await Db.Users.CheckAccessAsync(1, Token)).Role);
        await Db.Users.ExtendAsync(1, 1, Token);
        Assert.Equal(AccessRole.User, (await Db.Users.CheckAccessAsync(1, Token)).Role);
        await Db.Users.SaveAsync(1, new UserChange { Role = UserRole.Admin }, cancellationToken: Token);
        Assert.Equal(AccessRole.Admin, (await Db.Users.CheckAccessAsync(1, Token)).Role);
        Assert.True((await Db.Users.DeleteAsync(1, cancellationToken: Token)).Existed);
        Assert.Equal(AccessRole.None, (await Db.Users.CheckAccessAsync(1, Token)).Role);
    }

    [Fact]
    public async Task A_subscription_ends_while_the_engine_runs()
    {
        var now = await Db.GetTimeAsync(Token);
        await Db.Users.SaveAsync(1, new UserChange { ExpiresAt = now.AddSeconds(2) }, cancellationToken: Token);
        await Db.Users.SaveAsync(2, new UserChange { ExpiresAt = now.AddHours(1) }, cancellationToken: Token);
        await Db.Users.CheckAccessAsync(1, Token);

        // From memory, where no notice says that time has passed.
        await TestKit.Eventually.TrueAsync(async () => (await Db.Users.CheckAccessAsync(1, Token)).Role == AccessRole.Expired);

        Assert.Equal(AccessRole.User, (await Db.Users.CheckAccessAsync(2, Token)).Role);
    }

    [Fact]
    public async Task A_check_that_cannot_be_answered_denies_and_says_that_it_is_an_error()
    {
        await Db.Users.SaveAsync(1, "Ana", days: null, cancellationToken: Token);

        await Db.Store.DisposeAsync();

        Assert.Equal(new Access(false, AccessRole.Error), await Db.Users.CheckAccessAsync(777, Token));
        Assert.Contains(Logs.Lines, line => line.Id.Id == 1010);
    }

    [Fact]
    public async Task A_user_is_added_changed_in_parts_extended_and_removed()
    {
        var added = await Db.Users.SaveAsync(1, "Ana", days: 30, cancellationToken: Token);
        var user = (await Db.Users.GetAsync(1, Token))!;
        Assert.Equal(("Ana", UserRole.User, "UTC", added.At.AddDays(30), 1L),
            (user.Name, user.Role, user.TimeZone, user.ExpiresAt!.Value, user.Version));
        AssertJson("""{"CRYPTO":true,"STOCKS":true,"ETFS":true}""", user.Groups.Reveal());

        await Db.Users.SaveAsync(1, new UserChange { TimeZone = "Europe/Madrid", TelegramId = 8_123_456_789 }, cancellationToken: Token);
        await Db.Users.SaveAsync(1, new UserChange { Groups = StateJson.Parse("""{"CRYPTO":false}""") }, expectedVersion: 2,
            cancellationToken: Token);
        await Db.Users.ExtendAsync(1, 5, Token);
        user = (await Db.Users.GetAsync(1, Token))!;
        Assert.Equal(("Ana", "Europe/Madrid", 8_123_456_789L, added.At.AddDays(35), 4L),
            (user.Name, user.TimeZone, user.TelegramId!.Value, user.ExpiresAt!.Value, user.Version));
        AssertJson("""{"CRYPTO":false}""", user.Groups.Reveal());

        await Db.Users.SaveAsync(1, new UserChange { NeverExpires = true }, cancellationToken: Token);
        Assert.Null((await Db.Users.GetAsync(1, Token))!.ExpiresAt);

        var conflict = await Assert.ThrowsAsync<NexusConflictException>(() => Db.Users.DeleteAsync(1, 2, Token));
        Assert.Equal((2L, 5L), (conflict.ExpectedVersion, conflict.ActualVersion));
        Assert.True((await Db.Users.DeleteAsync(1, 5, Token)).Existed);
        Assert.False((await Db.Users.DeleteAsync(1, cancellationToken: Token)).Existed);
        Assert.Null(await Db.Users.GetAsync(1, Token));
        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Users.ExtendAsync(1, 5, Token));
    }

    [Fact]
    public async Task A_new_user_needs_an_end_or_the_word_that_there_is_none()
    {
        foreach (var version in new long?[] { null, 0 })
        {
            var error = await Assert.ThrowsAsync<NexusValidationException>(() =>
                Db.Users.SaveAsync(1, new UserChange { TimeZone = "Europe/Madrid", Role = UserRole.Admin }, version, Token));
            Assert.Equal("expiresAt", error.Field);
        }
        Assert.Null(await Db.Users.GetAsync(1, Token));
        await Db.Users.SaveAsync(1, new UserChange { NeverExpires = true }, cancellationToken: Token);
        await Db.Users.SaveAsync(2, new UserChange { Days = 36_500, Name = new string('n', 256) }, cancellationToken: Token);
        await Db.Users.SaveAsync(1, new UserChange { TimeZone = "Europe/Madrid" }, cancellationToken: Token);
        Assert.Equal((null, "Europe/Madrid"), ((await Db.Users.GetAsync(1, Token))!.ExpiresAt, (await Db.Users.GetAsync(1, Token))!.TimeZone));

        // An end that was read can be written: the days above lead beyond the year 2099.
        await Db.Users.ExtendAsync(2, 36_500, Token);
        var second = (await Db.Users.GetAsync(2, Token))!;
        await Db.Users.SaveAsync(2, new UserChange { ExpiresAt = second.ExpiresAt, CreatedAt = second.CreatedAt, Name = second.Name },
            cancellationToken: Token);
        Assert.Equal((second.ExpiresAt, second.Name), ((await Db.Users.GetAsync(2, Token))!.ExpiresAt, (await Db.Users.GetAsync(2, Token))!.Name));
    }

    [Fact]
    public async Task No_number_of_days_leads_beyond_the_calendar()
    {
        var last = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
        await Db.Users.SaveAsync(1, new UserChange { ExpiresAt = last }, cancellationToken: Token);
        Assert.Equal("days", (await Assert.ThrowsAsync<NexusValidationException>(() => Db.Users.ExtendAsync(1, 1, Token))).Field);
        Assert.Equal(last, (await Db.Users.GetAsync(1, Token))!.ExpiresAt);
        await Db.Users.SaveAsync(1, new UserChange { ExpiresAt = DateTimeOffset.MinValue }, cancellationToken: Token);
        Assert.Equal(AccessRole.Expired, (await Db.Users.CheckAccessAsync(1, Token)).Role);
    }

    [Fact]
    public async Task Users_are_listed_in_key_order()
    {
        foreach (var chat in new[] { "9", "10", "-5" })
            await Db.Users.SaveAsync(ChatId.Parse(chat), $"name {chat}", days: null, cancellationToken: Token);

        Assert.Equal(["-5", "10", "9"], (await ToListAsync(Db.Users.ListAsync(cancellationToken: Token))).Select(user => user.ChatId.Value));
        Assert.Equal(["10"], (await ToListAsync(Db.Users.ListAsync(after: -5, limit: 1, Token))).Select(user => user.ChatId.Value));
        Assert.Equal(["9"], (await ToListAsync(Db.Users.ListAsync(after: 10, cancellationToken: Token))).Select(user => user.ChatId.Value));
    }
}
