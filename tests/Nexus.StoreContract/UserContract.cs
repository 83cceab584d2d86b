using Nexus.Chats;
using Nexus.Engine;
using Nexus.Users;

namespace Nexus.StoreContract;

/// <summary>Subscribers and admins: defaults, what a save keeps, and when subscriptions end.</summary>
public abstract partial class UserContract : StoreContract
{
    [Fact]
    public async Task A_new_user_takes_the_defaults()
    {
        var outcome = await ApplyAsync(Make.User("1"));

        AssertApplied(1, outcome);
        var user = (await UserAsync("1"))!;
        Assert.Equal(("1", null, "user", null, "UTC", null, 1L),
            (user.ChatId, user.Name, user.Role, user.ExpiresAt, user.TimeZone, user.TelegramId, user.Version));
        Make.AssertJson("""{"CRYPTO":true,"STOCKS":true,"ETFS":true}""", user.Groups);
        Assert.Equal(outcome.At, user.CreatedAt);
    }

    [Fact]
    public async Task A_user_from_elsewhere_keeps_the_instant_of_being_added()
    {
        await ApplyAsync(Make.User("1") with { CreatedAt = Make.Noon });
        await ApplyAsync(Make.User("1", "Ana") with { CreatedAt = Make.Noon.AddDays(1) });

        Assert.Equal(Make.Noon, (await UserAsync("1"))!.CreatedAt);
    }

    [Fact]
    public async Task A_user_is_read_as_it_was_saved()
    {
        var end = new DateTimeOffset(2099, 12, 31, 23, 59, 59, TimeSpan.Zero).AddMicroseconds(999_999);
        await ApplyAsync(Make.User("-1", "Ana", "admin", Make.Until(end), "Europe/Madrid", long.MaxValue, """{"CRYPTO":false}"""));

        var user = (await UserAsync("-1"))!;
        Assert.Equal(("Ana", "admin", end, "Europe/Madrid", long.MaxValue),
            (user.Name, user.Role, user.ExpiresAt!.Value, user.TimeZone, user.TelegramId!.Value));
        Assert.Equal(TimeSpan.Zero, user.ExpiresAt.Value.Offset);
        Make.AssertJson("""{"CRYPTO":false}""", user.Groups);
    }

    [Fact]
    public async Task What_access_is_judged_by_is_read_as_it_is_in_the_whole_user()
    {
        await ApplyAllAsync(Make.User("1", "Ana", "admin"), Make.User("-2", expiry: Make.Until(Make.Noon)),
            Make.User("3", expiry: Make.Until(Make.Noon.AddYears(50))));

        var before = await Store.GetTimeAsync(Token);
        var many = await Store.GetAccessAsync(["3", "4", "1", "-2"], Token);
        var one = Assert.Single(await Store.GetAccessAsync(["-2"], Token));
        var after = await Store.GetTimeAsync(Token);

        Assert.Equal([("-2", "user", Make.Noon), ("1", "admin", null), ("3", "user", Make.Noon.AddYears(50))], many
            .OrderBy(row => row.ChatId, StringComparer.Ordinal)
            .Select(row => (row.ChatId, row.Role, row.ExpiresAt)));
        Assert.Equal(("-2", "user", Make.Noon), (one.ChatId, one.Role, one.ExpiresAt));
        Assert.All([.. many, one], row => Assert.InRange(row.ReadAt, before, after));
        Assert.Empty(await Store.GetAccessAsync(["4"], Token));
        Assert.Empty(await Store.GetAccessAsync([], Token));
    }

    [Fact]
    public async Task What_a_save_leaves_out_stays_as_it_is_stored()
    {
        await ApplyAsync(Make.User("1", "Ana", "admin", Make.Until(Make.Noon), "Europe/Madrid", -5, """{"CRYPTO":false}"""));
        var before = (await UserAsync("1"))!;

        AssertApplied(2, await ApplyAsync(Make.User("1")));

        var after = (await UserAsync("1"))!;
        Make.AssertJson(before.Groups, after.Groups);
        Assert.Equal(before with { Version = 2, ReadAt = after.ReadAt, Groups = after.Groups }, after);
    }

    [Fact]
    public async Task A_subscription_can_end_never_at_an_instant_or_days_from_now()
    {
        await ApplyAsync(Make.User("1", expiry: Make.Until(Make.Noon)));
        Assert.Equal(Make.Noon, (await UserAsync("1"))!.ExpiresAt);

        await ApplyAsync(Make.User("1", expiry: new Expiry(ExpiryKind.Never)));
        Assert.Null((await UserAsync("1"))!.ExpiresAt);

        var outcome = await ApplyAsync(Make.User("1", expiry: new Expiry(ExpiryKind.DaysFromNow, Days: 30)));
        Assert.Equal(outcome.At.AddDays(30), (await UserAsync("1"))!.ExpiresAt);
    }

    [Fact]
    public async Task More_days_begin_at_the_later_of_now_and_the_present_end()
    {
        var future = (await Store.GetTimeAsync(Token)).AddDays(100);
        await ApplyAsync(Make.User("1", expiry: Make.Until(future)));
        AssertApplied(2, await ApplyAsync(new ExtendUser("1", 7)));
        Assert.Equal(future.AddDays(7), (await UserAsync("1"))!.ExpiresAt);
        await ApplyAsync(Make.User("1", expiry: new Expiry(ExpiryKind.DaysMore, Days: 3)));
        Assert.Equal(future.AddDays(10), (await UserAsync("1"))!.ExpiresAt);

        await ApplyAsync(Make.User("2", expiry: Make.Until(Make.Noon.AddYears(-5))));
        var extended = await ApplyAsync(new ExtendUser("2", 7));
        Assert.Equal(extended.At.AddDays(7), (await UserAsync("2"))!.ExpiresAt);
    }

    [Fact]
    public async Task Who_never_expires_still_never_does_after_more_days()
    {
        await ApplyAsync(Make.User("1", expiry: new Expiry(ExpiryKind.Never)));
        AssertApplied(2, await ApplyAsync(new ExtendUser("1", 7)));
        AssertApplied(3, await ApplyAsync(Make.User("1", expiry: new Expiry(ExpiryKind.DaysMore, Days: 7))));

        Assert.Null((await UserAsync("1"))!.ExpiresAt);
    }

    [Fact]
    public async Task Extending_or_removing_a_missing_user_finds_nothing()
    {
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new ExtendUser("1", 7)));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new RemoveUser("1", null)));
        AssertConflict(0, await ApplyAsync(new RemoveUser("1", 3)));
        AssertConflict(0, await ApplyAsync(Make.User("1", expected: 1)));

        Assert.Null(await UserAsync("1"));
    }

    [Fact]
    public async Task A_removed_user_is_gone_and_a_new_one_starts_anew()
    {
        await ApplyAsync(Make.User("1", "Ana", "admin"));
        await ApplyAsync(Make.User("1", "Eva"));
        AssertConflict(2, await ApplyAsync(new RemoveUser("1", 1)));
        AssertStatus(WriteStatus.Applied, await ApplyAsync(new RemoveUser("1", 2)));
        Assert.Null(await UserAsync("1"));

        var outcome = await ApplyAsync(Make.User("1", expected: 0));

        AssertApplied(1, outcome);
        var user = (await UserAsync("1"))!;
        Assert.Equal((null, "user", outcome.At), (user.Name, user.Role, user.CreatedAt));
    }

    [Fact]
    public async Task A_save_that_names_a_version_applies_only_over_it()
    {
        AssertApplied(1, await ApplyAsync(Make.User("1", "Ana", expected: 0)));
        AssertConflict(1, await ApplyAsync(Make.User("1", "Eva", expected: 0)));
        AssertConflict(1, await ApplyAsync(Make.User("1", "Eva", expected: 2)));
        Assert.Equal("Ana", (await UserAsync("1"))!.Name);
        AssertApplied(2, await ApplyAsync(Make.User("1", "Eva", expected: 1)));
        Assert.Equal("Eva", (await UserAsync("1"))!.Name);
    }

    [Fact]
    public async Task The_same_write_again_adds_no_days()
    {
        var save = Make.User("1", expiry: new Expiry(ExpiryKind.DaysFromNow, Days: 10), expected: 0);
        var saved = await ApplyAsync(save);
        Assert.Equal(saved with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(save));
        var extend = new ExtendUser("1", 5);
        var extended = await ApplyAsync(extend);
        Assert.Equal(extended with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(extend));

        Assert.Equal(saved.At.AddDays(15), (await UserAsync("1"))!.ExpiresAt);
    }

    [Fact]
    public async Task Users_come_in_key_order_with_the_store_s_time()
    {
        string[] chats = ["9", "10", "-100200", "1", "-9"];
        await ApplyAllAsync([.. chats.Select(chat => Make.User(chat))]);
        var ordered = chats.Order(StringComparer.Ordinal).ToArray();

        var before = await Store.GetTimeAsync(Token);
        var all = await ToListAsync(Store.ListUsersAsync(null, limit: null, Token));
        var one = (await UserAsync("9"))!;
        var after = await Store.GetTimeAsync(Token);

        Assert.Equal(ordered, all.Select(user => user.ChatId));
        Assert.All(all, user => Assert.InRange(user.ReadAt, before, after));
        Assert.InRange(one.ReadAt, before, after);
        Assert.Equal(ordered[2..], (await ToListAsync(Store.ListUsersAsync(ordered[1], limit: null, Token))).Select(user => user.ChatId));
    }

    [Fact]
    public async Task Users_are_found_by_the_beginning_or_a_part_of_their_name_in_its_order()
    {
        string[] names = ["ana", "Ana", "ANASTASIA", "Bea", "An%", "An_", "Añil", "an"];
        await ApplyAllAsync([.. names.Select((name, i) => Make.User($"{i}", name))]);
        await ApplyAsync(Make.User("99"));

        async Task<string?[]> FindAsync(string text, (string Name, string Chat)? after = null, int? limit = null, bool isPart = false) =>
            [.. (await ToListAsync(Store.ListUsersAsync(
                new UserQuery
                {
                    NamePrefix = isPart ? null : text,
                    NamePart = isPart ? text : null,
                    After = after is { } place ? new UserPlace(place.Chat, place.Name, End: null) : null,
                    Limit = limit,
                },
                Token))).Select(user => user.Name)];

        Assert.Equal(["ana", "Ana", "ANASTASIA"], await FindAsync("ANA"));
        Assert.Equal(["An%"], await FindAsync("an%"));
        Assert.Equal(["An_"], await FindAsync("an_"));
        Assert.Empty(await FindAsync("x"));
        Assert.Equal(["an", "An%"], await FindAsync("an", limit: 2));
        Assert.Equal(["Ana", "ANASTASIA"], await FindAsync("ana", ("Ana", "0")));
        Assert.Equal(["ANASTASIA"], await FindAsync("ana", ("ANA", "1")));

        Assert.Equal(["ana", "Ana", "ANASTASIA"], await FindAsync("NA", isPart: true));
        Assert.Equal(["ANASTASIA"], await FindAsync("stas", isPart: true));
        Assert.Equal(["An%"], await FindAsync("%", isPart: true));
        Assert.Equal(["An_"], await FindAsync("_", isPart: true));
        Assert.Equal(["ana", "Ana"], await FindAsync("na", limit: 2, isPart: true));
        Assert.Equal(["ANASTASIA"], await FindAsync("na", ("ANA", "1"), isPart: true));
        Assert.Empty(await FindAsync("anax", isPart: true));
    }

    [Fact]
    public async Task Subscribers_are_found_by_the_end_of_their_subscription_the_next_first()
    {
        await ApplyAllAsync(
        [
            Make.User("1", "a", expiry: Make.Until(Make.Noon.AddDays(2))),
            Make.User("2", "b", expiry: Make.Until(Make.Noon.AddDays(1))),
            Make.User("3", "c", "admin", Make.Until(Make.Noon.AddDays(1))),
            Make.User("4", "d", expiry: Make.Until(Make.Noon.AddDays(9))),
            Make.User("5", "e", expiry: Make.Until(Make.Noon)),
            Make.User("6", "f", expiry: Make.Until(Make.Noon.AddDays(2))),
            Make.User("7", "g"),
        ]);

        async Task<string[]> FindAsync((DateTimeOffset End, string Chat)? after = null, int? limit = null) =>
            [.. (await ToListAsync(Store.ListUsersAsync(
                new UserQuery
                {
                    Ends = (Make.Noon, Make.Noon.AddDays(9)),
                    After = after is { } place ? new UserPlace(place.Chat, "", place.End) : null,
                    Limit = limit,
                },
                Token))).Select(user => user.ChatId)];

        Assert.Equal(["5", "2", "1", "6"], await FindAsync());
        Assert.Equal(["5", "2"], await FindAsync(limit: 2));
        Assert.Equal(["1", "6"], await FindAsync((Make.Noon.AddDays(1), "2")));
        Assert.Equal(["6"], await FindAsync((Make.Noon.AddDays(2), "1")));
    }
}
