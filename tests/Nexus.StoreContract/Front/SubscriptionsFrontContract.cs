using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.Subscriptions;
using Nexus.TestKit;
using Nexus.Users;

namespace Nexus.StoreContract.Front;

/// <summary>What the end of a subscription brings about: the lock-down, its end, and notices before it.</summary>
public abstract class SubscriptionsFrontContract : FrontContract
{
    private const string Config =
        """{"mode":"PILOT","strategies":{"TREND":true},"groups":{"CRYPTO":true,"STOCKS":false},"leverage":3.10,"binance_api_key":"abcdef123456"}""";

    [Fact]
    public async Task An_expired_session_is_locked_down_with_its_keys_and_a_renewal_brings_it_back()
    {
        await EndAsync(1);
        await Db.Sessions.SaveAsync(Session(1, Config), cancellationToken: Token);

        var preview = await Db.Subscriptions.AlignSessionsAsync([1], isPreview: true, cancellationToken: Token);
        Assert.Equal([(ChatId)1], preview.Locked);
        Assert.Equal(1, (await Db.Sessions.GetAsync(1, Token))!.Version);

        Assert.Equal([(ChatId)1], (await Db.Subscriptions.AlignSessionsAsync([1], cancellationToken: Token)).Locked);
        var locked = (await Db.Sessions.GetAsync(1, Token))!;
        Assert.Equal(2, locked.Version);
        Assert.Equal(("WATCHER", "{}", "{}"), (Text(locked, "mode"), Text(locked, "strategies"), Text(locked, "groups")));
        Assert.Equal(("key", "secret"), (locked.ApiKey!.Reveal(), locked.ApiSecret!.Reveal()));
        Assert.Contains("abcdef123456", locked.Config.Reveal(), StringComparison.Ordinal);
        // Dispatch by mode and by strategy does not find it any more.
        Assert.Empty(await ToListAsync(Db.Sessions.ListAsync(mode: "PILOT", cancellationToken: Token)));
        Assert.Empty(await ToListAsync(Db.Sessions.ListAsync(strategy: "TREND", cancellationToken: Token)));
        // Once locked, it stays as it is.
        Assert.Empty((await Db.Subscriptions.AlignSessionsAsync([1], cancellationToken: Token)).Locked);

        await Db.Users.ExtendAsync(1, 30, Token);
        var restored = (await Db.Sessions.GetAsync(1, Token))!;
        AssertJson(Config, restored.Config.Reveal());
        Assert.Equal(3, restored.Version);
        Assert.Single(await ToListAsync(Db.Sessions.ListAsync(strategy: "TREND", cancellationToken: Token)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"mode":"WATCHER","strategies":{},"groups":{}}""")]
    [InlineData("""{"mode":null,"strategies":[1,2],"groups":"x"}""")]
    [InlineData("""{"mode":{"deep":[1.50,"ñ"]},"other":"locked_down","strategies":{"a":{"b":true}}}""")]
    public async Task Whatever_a_config_holds_comes_back(string config)
    {
        await EndAsync(1);
        await Db.Sessions.SaveAsync(Session(1, config), cancellationToken: Token);
        await Db.Subscriptions.AlignSessionsAsync([1], cancellationToken: Token);
        Assert.Equal("WATCHER", Text((await Db.Sessions.GetAsync(1, Token))!, "mode"));
        await Db.Users.SaveAsync(1, "Ana", days: null, cancellationToken: Token);

        AssertJson(config, (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
    }

    [Fact]
    public async Task What_was_changed_meanwhile_stays_and_a_bot_that_trades_on_is_locked_again()
    {
        await EndAsync(1);
        await Db.Sessions.SaveAsync(Session(1, Config), cancellationToken: Token);
        await Db.Subscriptions.AlignSessionsAsync([1], cancellationToken: Token);
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"mode":"COPILOT","leverage":1}"""), cancellationToken: Token);
        Assert.Equal([(ChatId)1], (await Db.Subscriptions.AlignSessionsAsync([1], cancellationToken: Token)).Locked);
        Assert.Equal("WATCHER", Text((await Db.Sessions.GetAsync(1, Token))!, "mode"));
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"groups":{"ETFS":true}}"""), cancellationToken: Token);

        await Db.Users.SaveAsync(1, new UserChange { Role = UserRole.Admin }, cancellationToken: Token);

        var restored = (await Db.Sessions.GetAsync(1, Token))!;
        Assert.Equal(("COPILOT", """{"TREND":true}""", """{"ETFS":true}""", "1"), (
            Text(restored, "mode"), Text(restored, "strategies"), Text(restored, "groups"), Text(restored, "leverage")));
    }

    [Fact]
    public async Task Only_expired_subscribers_are_locked()
    {
        await ReopenAsync(options => options.Owners.Add(5));
        await Db.Users.SaveAsync(1, "runs", days: 1, cancellationToken: Token);
        await Db.Users.SaveAsync(2, "for ever", days: null, cancellationToken: Token);
        await EndAsync(3, UserRole.Admin);
        await EndAsync(5);
        await EndAsync(6);
        for (var chat = 1; chat <= 6; chat++) await Db.Sessions.SaveAsync(Session(chat, Config), cancellationToken: Token);
        ChatId[] all = [1, 2, 3, 4, 5, 6, 7];

        Assert.Empty((await Db.Subscriptions.AlignSessionsAsync(all, locks: false, cancellationToken: Token)).Locked);
        Assert.Equal([(ChatId)6], (await Db.Subscriptions.AlignSessionsAsync(all, cancellationToken: Token)).Locked);
        await Assert.ThrowsAsync<NexusValidationException>(() =>
            Db.Subscriptions.AlignSessionsAsync([.. Enumerable.Range(1, 1001).Select(n => (ChatId)n)], cancellationToken: Token));
    }

    [Fact]
    public async Task A_decision_by_an_older_user_changes_nothing()
    {
        await EndAsync(1);
        await Db.Sessions.SaveAsync(Session(1, Config), cancellationToken: Token);
        await Db.Sessions.SaveAsync(Session(2, Config), cancellationToken: Token);
        var locked = Make.Utf8("""{"mode":"WATCHER"}""");

        // The user was changed after it was read, the user does not exist, the subscription has ended, the session was changed.
        foreach (var write in new[]
        {
            new LockSession("1", locked, Locks: true, UserVersion: 2, SeenVersion: 1), new LockSession("2", locked, Locks: true, 1, 1),
            new LockSession("1", locked, Locks: false, 1, 1),
        })
            Assert.Equal(Engine.WriteStatus.InvalidState, Assert.Single(await Db.Store.ApplyAsync([write], atomic: false, Token)).Status);
        var late = new LockSession("1", locked, Locks: true, 1, 7);
        Assert.Equal(Engine.WriteStatus.Conflict, Assert.Single(await Db.Store.ApplyAsync([late], atomic: false, Token)).Status);
        var none = new LockSession("9", locked, Locks: true, 1, 1);
        Assert.Equal(Engine.WriteStatus.Conflict, Assert.Single(await Db.Store.ApplyAsync([none], atomic: false, Token)).Status);

        Assert.Equal(1, (await Db.Sessions.GetAsync(1, Token))!.Version);
    }

    [Fact]
    public async Task Renewals_and_the_lock_down_at_the_same_time_leave_every_renewed_session_as_it_was()
    {
        ChatId[] chats = [.. Enumerable.Range(1, 20).Select(n => (ChatId)n)];
        foreach (var chat in chats)
        {
            await EndAsync(chat);
            await Db.Sessions.SaveAsync(Session(chat, Config), cancellationToken: Token);
        }

        var locking = Task.Run(async () =>
        {
            for (var n = 0; n < 20; n++) await Db.Subscriptions.AlignSessionsAsync(chats, cancellationToken: Token);
        }, Token);
        await Task.WhenAll(chats.Select(chat => Db.Users.ExtendAsync(chat, 30, Token)));
        await locking;

        // The last look finds nothing to lock; a session that was locked just before its renewal is restored.
        Assert.Empty((await Db.Subscriptions.AlignSessionsAsync(chats, cancellationToken: Token)).Locked);
        await foreach (var session in Db.Sessions.ListAsync(cancellationToken: Token)) AssertJson(Config, session.Config.Reveal());
    }

    [Fact]
    public async Task A_notice_is_given_once_for_each_end_and_heard()
    {
        var end = (await Db.GetTimeAsync(Token)).AddDays(3);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var heard = new List<SubscriptionNotice>();
        var watching = Task.Run(async () =>
        {
            await foreach (var notice in Db.Subscriptions.WatchAsync(stop.Token)) lock (heard) heard.Add(notice);
        }, Token);
        var first = new SubscriptionNotice(1, end, 3, "Europe/Madrid");
        SubscriptionNotice[] notices = [first, new(-2, end, 7, "UTC")];

        // Until the watcher has subscribed, notices pass it by.
        var probe = 0;
        await Eventually.TrueAsync(async () =>
        {
            await Db.Subscriptions.NotifyAsync([new(100 + ++probe, end, 1, "UTC")], Token);
            lock (heard) return heard.Count > 0;
        });
        Assert.Equal(notices, await Db.Subscriptions.NotifyAsync(notices, Token));
        Assert.Empty(await Db.Subscriptions.NotifyAsync(notices, Token));
        var renewed = first with { EndsAt = end.AddDays(30) };
        Assert.Equal([renewed], await Db.Subscriptions.NotifyAsync([first, renewed], Token));

        await Eventually.TrueAsync(() => { lock (heard) return Task.FromResult(notices.Append(renewed).All(heard.Contains)); });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        await Assert.ThrowsAsync<NexusValidationException>(() => Db.Subscriptions.NotifyAsync([first with { Days = 0 }], Token));
    }

    [Fact]
    public async Task Many_at_once_give_each_notice_once()
    {
        var end = (await Db.GetTimeAsync(Token)).AddDays(3);
        SubscriptionNotice[] notices = [.. Enumerable.Range(1, 250).Select(n => new SubscriptionNotice(n, end, 3, "UTC"))];

        var given = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Db.Subscriptions.NotifyAsync(notices, Token)));

        Assert.Equal(notices.Order(ByChat), given.SelectMany(some => some).Order(ByChat));
    }

    [Fact]
    public async Task Changed_users_are_those_since_an_instant()
    {
        await Db.Users.SaveAsync(1, "old", days: null, cancellationToken: Token);
        var between = (await Db.GetTimeAsync(Token)).AddMicroseconds(1);
        await Task.Delay(5, Token);
        await Db.Users.SaveAsync(3, "new", days: null, cancellationToken: Token);
        await Db.Users.SaveAsync(-2, "new", days: null, cancellationToken: Token);

        var changed = await ToListAsync(Db.Users.ListAsync(new UserFilter { ChangedSince = between }, Token));
        Assert.Equal([(ChatId)(-2), 3], changed.Select(user => user.ChatId));
        Assert.Equal(3, (await ToListAsync(Db.Users.ListAsync(new UserFilter { ChangedSince = DateTimeOffset.UnixEpoch }, Token))).Count);
    }

    private static Comparer<SubscriptionNotice> ByChat { get; } = Comparer<SubscriptionNotice>.Create((one, other) =>
        one.ChatId.CompareTo(other.ChatId));

    private static string Text(Session session, string member) =>
        session.Config.Root.GetProperty(member) is var value && value.ValueKind == System.Text.Json.JsonValueKind.String
            ? value.GetString()! : value.GetRawText().Replace(" ", "", StringComparison.Ordinal);

    private async Task EndAsync(ChatId chat, UserRole role = UserRole.User) => await Db.Users.SaveAsync(
        chat, new UserChange { Role = role, ExpiresAt = (await Db.GetTimeAsync(Token)).AddSeconds(-1) }, cancellationToken: Token);
}
