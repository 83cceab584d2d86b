using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;

namespace Nexus.StoreContract.Front;

/// <summary>Sessions through the front door.</summary>
public abstract class SessionsFrontContract : FrontContract
{
    [Fact]
    public async Task A_session_comes_back_with_its_secrets_in_reach_and_out_of_sight()
    {
        var receipt = await Db.Sessions.SaveAsync(Session(-1001, """{"mode":"PILOT","bybit_api_key":"by-key","leverage":3}""", "k1", "s1"),
            cancellationToken: Token);

        var session = (await Db.Sessions.GetAsync(-1001, Token))!;
        Assert.Equal((1L, 1L, false), (receipt.Version, session.Version, receipt.AlreadyExisted));
        Assert.Equal(receipt.At, session.UpdatedAt);
        Assert.Equal(("k1", "s1"), (session.ApiKey!.Reveal(), session.ApiSecret!.Reveal()));
        AssertJson("""{"mode":"PILOT","bybit_api_key":"by-key","leverage":3}""", session.Config.Reveal());
        AssertJson($$"""{"mode":"PILOT","bybit_api_key":"{{Secret.Mask}}","leverage":3}""", Make.WithoutTags(session.Config.ToString()));
        Assert.Equal(Secret.Mask, Make.WithoutTags(session.Config.Root.GetProperty("bybit_api_key").GetString()!));
        Assert.DoesNotContain("s1", $"{session} {session.ApiKey} {System.Text.Json.JsonSerializer.Serialize(session.ApiSecret)}",
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_null_and_then_is_there()
    {
        Assert.Null(await Db.Sessions.GetAsync(1, Token));
        await Db.Sessions.SaveAsync(Session(1, apiKey: null, apiSecret: ""), cancellationToken: Token);

        var session = (await Db.Sessions.GetAsync(1, Token))!;
        Assert.Null(session.ApiKey);
        Assert.Null(session.ApiSecret);
    }

    [Fact]
    public async Task What_was_read_sees_every_later_change_at_once()
    {
        await Db.Sessions.SaveAsync(Session(1, """{"a":1}"""), cancellationToken: Token);
        await Db.Sessions.GetAsync(1, Token);

        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"a":2}"""), cancellationToken: Token);
        AssertJson("""{"a":2}""", (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
        await Db.Sessions.SaveBatchAsync([Session(1, """{"a":3}""")], Token);
        AssertJson("""{"a":3}""", (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
        Assert.True((await Db.Sessions.DeleteAsync(1, cancellationToken: Token)).Existed);
        Assert.Null(await Db.Sessions.GetAsync(1, Token));
    }

    [Fact]
    public async Task Conflicts_say_both_versions()
    {
        await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        await Db.Sessions.SaveAsync(Session(1), expectedVersion: 1, cancellationToken: Token);

        var save = await Assert.ThrowsAsync<NexusConflictException>(() =>
            Db.Sessions.SaveAsync(Session(1), expectedVersion: 1, cancellationToken: Token));
        var create = await Assert.ThrowsAsync<NexusConflictException>(() =>
            Db.Sessions.SaveAsync(Session(1), expectedVersion: 0, cancellationToken: Token));
        var patch = await Assert.ThrowsAsync<NexusConflictException>(() => Db.Sessions.PatchConfigAsync(1, StateJson.EmptyObject, 7, Token));
        var delete = await Assert.ThrowsAsync<NexusConflictException>(() => Db.Sessions.DeleteAsync(1, 9, Token));
        var missing = await Assert.ThrowsAsync<NexusConflictException>(() =>
            Db.Sessions.SaveAsync(Session(2), expectedVersion: 5, cancellationToken: Token));

        Assert.Equal([(1L, 2L), (0L, 2L), (7L, 2L), (9L, 2L), (5L, 0L)],
            new[] { save, create, patch, delete, missing }.Select(error => (error.ExpectedVersion, error.ActualVersion)));
        Assert.Contains("session 1", save.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deletion_returns_the_version_that_was_deleted_and_when()
    {
        await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        await Db.Users.SaveAsync(1, "Ada", days: 3, cancellationToken: Token);
        await Db.SystemConfig.SaveAsync("risk", StateJson.EmptyObject, cancellationToken: Token);
        var before = await Db.GetTimeAsync(Token);

        var session = await Db.Sessions.DeleteAsync(1, expectedVersion: 2, Token);
        var user = await Db.Users.DeleteAsync(1, cancellationToken: Token);
        var entry = await Db.SystemConfig.DeleteAsync("risk", cancellationToken: Token);

        Assert.Equal([(true, 2L), (true, 1L), (true, 1L)], new[] { session, user, entry }.Select(receipt => (receipt.Existed, receipt.Version)));
        Assert.All(new[] { session, user, entry }, receipt => Assert.InRange(receipt.At!.Value, before.AddSeconds(-1), before.AddMinutes(5)));
        Assert.Equal(default, await Db.Sessions.DeleteAsync(1, cancellationToken: Token));
        Assert.Equal(default, await Db.Users.DeleteAsync(1, cancellationToken: Token));
        Assert.Equal(default, await Db.SystemConfig.DeleteAsync("risk", cancellationToken: Token));
    }

    [Fact]
    public async Task A_session_that_is_saved_and_returned_is_the_one_that_is_read_next()
    {
        var saved = await Db.Sessions.SaveAndGetAsync(Session(1, """{"mode":"PILOT","bybit_api_key":"by-key"}""", "k1", "s1"),
            cancellationToken: Token);
        await AssertSameAsync(saved);
        Assert.Equal(("k1", "s1", 1L), (saved.Session.ApiKey!.Reveal(), saved.Session.ApiSecret!.Reveal(), saved.Receipt.Version));

        // A kept secret and a mask are known to the store alone.
        var kept = await Db.Sessions.SaveAndGetAsync(Session(1, """{"mode":"WATCHER"}""", null, "s2"), expectedVersion: 1, KeepSecrets.ApiKey, Token);
        await AssertSameAsync(kept);
        Assert.Equal(("k1", "s2", 2L), (kept.Session.ApiKey!.Reveal(), kept.Session.ApiSecret!.Reveal(), kept.Receipt.Version));
        var masked = StateJson.Parse($$"""{"token":"{{kept.Session.ApiKey.Masked()}}"}""");
        await AssertSameAsync(await Db.Sessions.SaveAndGetAsync(kept.Session with { Config = masked }, cancellationToken: Token));

        await Assert.ThrowsAsync<NexusConflictException>(() => Db.Sessions.SaveAndGetAsync(Session(1), expectedVersion: 1, cancellationToken: Token));

        async Task AssertSameAsync(StoredSession stored)
        {
            var read = (await Db.Sessions.GetAsync(1, Token))!;
            Assert.Equal((read.Version, read.UpdatedAt), (stored.Session.Version, stored.Session.UpdatedAt));
            AssertJson(read.Config.ToString(), stored.Session.Config.ToString());
            Assert.Equal((stored.Receipt.Version, stored.Receipt.At), (read.Version, read.UpdatedAt));
        }
    }

    [Fact]
    public async Task Patching_a_missing_session_says_so_and_deleting_it_returns_false()
    {
        var error = await Assert.ThrowsAsync<NexusNotFoundException>(() =>
            Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"a":1}"""), cancellationToken: Token));
        Assert.Contains("session 1", error.Message, StringComparison.Ordinal);
        Assert.False((await Db.Sessions.DeleteAsync(1, cancellationToken: Token)).Existed);
    }

    [Fact]
    public async Task A_session_that_was_read_masked_can_be_saved_without_losing_its_secrets()
    {
        await Db.Sessions.SaveAsync(Session(1, """{"mode":"PILOT","bybit_api_key":"by-key","nested":{"password":"pw"}}"""), cancellationToken: Token);
        var seen = (await Db.Sessions.GetAsync(1, Token))!;

        var edited = StateJson.Parse(seen.Config.ToString().Replace("PILOT", "WATCHER", StringComparison.Ordinal));
        await Db.Sessions.SaveAsync(seen with { Config = edited, ApiKey = null }, keep: KeepSecrets.ApiKey, cancellationToken: Token);

        var after = (await Db.Sessions.GetAsync(1, Token))!;
        AssertJson("""{"mode":"WATCHER","bybit_api_key":"by-key","nested":{"password":"pw"}}""", after.Config.Reveal());
        Assert.Equal(("key", "secret"), (after.ApiKey!.Reveal(), after.ApiSecret!.Reveal()));
    }

    [Fact]
    public async Task A_session_that_was_read_can_be_saved_as_it_is()
    {
        await Db.Sessions.SaveAsync(Session(1, """{"bybit_api_key":"by-key"}"""), cancellationToken: Token);

        await Db.Sessions.SaveAsync((await Db.Sessions.GetAsync(1, Token))!, cancellationToken: Token);

        var after = (await Db.Sessions.GetAsync(1, Token))!;
        Assert.Equal((2L, "key", "secret"), (after.Version, after.ApiKey!.Reveal(), after.ApiSecret!.Reveal()));
        AssertJson("""{"bybit_api_key":"by-key"}""", after.Config.Reveal());
    }

    [Fact]
    public async Task All_sessions_are_loaded_or_found_by_mode_and_strategy_page_by_page()
    {
        await Db.Sessions.SaveBatchAsync(
            [
                Session(1, """{"mode":"PILOT","strategies":{"RSI":true}}"""),
                Session(2, """{"mode":"PILOT","strategies":{"RSI":false}}"""),
                Session(3, """{"mode":"WATCHER","strategies":{"RSI":true}}"""),
                Session(-4, """{"mode":"PILOT","strategies":{"RSI":true}}"""),
            ],
            Token);

        Assert.Equal(["-4", "1", "2", "3"], await ChatsAsync(Db.Sessions.ListAsync(cancellationToken: Token)));
        Assert.Equal(["-4", "1", "2"], await ChatsAsync(Db.Sessions.ListAsync(mode: "PILOT", cancellationToken: Token)));
        Assert.Equal(["-4", "1", "3"], await ChatsAsync(Db.Sessions.ListAsync(strategy: "RSI", cancellationToken: Token)));
        Assert.Equal(["1"], await ChatsAsync(Db.Sessions.ListAsync("PILOT", "RSI", after: -4, limit: 5, cancellationToken: Token)));
        Assert.Equal(["1", "2"], await ChatsAsync(Db.Sessions.ListAsync(after: ChatId.Parse("-4"), limit: 2, cancellationToken: Token)));
    }

    [Fact]
    public async Task A_batch_is_saved_as_a_whole()
    {
        await Db.Sessions.SaveAsync(Session(2, apiKey: "stored"), cancellationToken: Token);

        var receipts = await Db.Sessions.SaveBatchAsync([new SessionSave(Session(1), KeepSecrets.None),
            new SessionSave(Session(2, apiKey: null), KeepSecrets.ApiKey), new SessionSave(Session(3, apiSecret: null), KeepSecrets.None)], Token);

        Assert.Equal([1L, 2L, 1L], receipts.Select(receipt => receipt.Version));
        Assert.Equal("stored", (await Db.Sessions.GetAsync(2, Token))!.ApiKey!.Reveal());
        Assert.Null((await Db.Sessions.GetAsync(3, Token))!.ApiSecret);
        Assert.Empty(await Db.Sessions.SaveBatchAsync(Array.Empty<Session>(), Token));
    }

    [Fact]
    public async Task Many_callers_at_once_all_get_what_they_wrote()
    {
        await Task.WhenAll(Enumerable.Range(1, 500).Select(i => Db.Sessions.SaveAsync(Session(i, $$"""{"n":{{i}}}"""), cancellationToken: Token)));
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i =>
            Db.Sessions.PatchConfigAsync(1 + i % 3, StateJson.Parse($$"""{"f{{i}}":{{i}}}"""), cancellationToken: Token)));

        var all = await ToListAsync(Db.Sessions.ListAsync(cancellationToken: Token));
        Assert.Equal(500, all.Count);
        Assert.All(all, session => Assert.Equal(session.ChatId.Value, session.Config.Root.GetProperty("n").GetRawText()));
        for (var i = 0; i < 3; i++) Assert.Equal(101, (await Db.Sessions.GetAsync(1 + i, Token))!.Config.Root.EnumerateObject().Count());
    }

    [Fact]
    public async Task Everything_is_there_after_closing_and_opening_again()
    {
        await Db.Sessions.SaveAsync(Session(1, """{"bybit_api_key":"by-key"}""", "k1", "s1"), cancellationToken: Token);

        await ReopenAsync();

        var session = (await Db.Sessions.GetAsync(1, Token))!;
        Assert.Equal(("k1", "s1"), (session.ApiKey!.Reveal(), session.ApiSecret!.Reveal()));
        AssertJson("""{"bybit_api_key":"by-key"}""", session.Config.Reveal());
    }

    [Fact]
    public async Task A_save_that_is_on_its_way_is_written_before_the_engine_closes()
    {
        var saves = Enumerable.Range(1, 200).Select(i => Db.Sessions.SaveAsync(Session(i), cancellationToken: Token)).ToArray();

        await ReopenAsync();

        Assert.All(await Task.WhenAll(saves), receipt => Assert.Equal(1, receipt.Version));
        Assert.Equal(200, (await ToListAsync(Db.Sessions.ListAsync(cancellationToken: Token))).Count);
    }

    private static async Task<string[]> ChatsAsync(IAsyncEnumerable<Session> sessions) =>
        [.. (await ToListAsync(sessions)).Select(session => session.ChatId.Value)];
}
