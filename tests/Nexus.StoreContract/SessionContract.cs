using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;

namespace Nexus.StoreContract;

/// <summary>Saving, patching, deleting and resealing sessions, one record at a time.</summary>
public abstract class SessionContract : StoreContract
{
    [Fact]
    public async Task A_new_session_is_read_as_it_was_saved_at_version_1()
    {
        var before = await Store.GetTimeAsync(Token);
        var outcome = await ApplyAsync(Make.Session("-1001", """{"mode":"PILOT","leverage":3}"""));
        var after = await Store.GetTimeAsync(Token);

        AssertApplied(1, outcome);
        var row = await SessionAsync("-1001");
        Assert.NotNull(row);
        Assert.Equal(("-1001", "sealed key", "sealed secret", 1L), (row.ChatId, row.ApiKey, row.ApiSecret, row.Version));
        Make.AssertJson("""{"leverage":3,"mode":"PILOT"}""", row.Config);
        Assert.Equal(outcome.At, row.UpdatedAt);
        Assert.InRange(row.UpdatedAt, before, after);
        Assert.Equal(TimeSpan.Zero, row.UpdatedAt.Offset);
    }

    [Fact]
    public async Task Each_save_replaces_the_whole_session_and_raises_the_version_by_one()
    {
        await ApplyAsync(Make.Session("1", """{"a":1,"b":2}"""));
        AssertApplied(2, await ApplyAsync(Make.Session("1", """{"c":3}""", apiKey: "other key", apiSecret: null)));
        AssertApplied(3, await ApplyAsync(Make.Session("1", """{"d":4}""", apiKey: null)));

        var row = (await SessionAsync("1"))!;
        Assert.Equal((null, "sealed secret", 3L), (row.ApiKey, row.ApiSecret, row.Version));
        Make.AssertJson("""{"d":4}""", row.Config);
    }

    [Fact]
    public async Task A_secret_that_is_kept_stays_as_it_is_stored()
    {
        await ApplyAsync(Make.Session("1"));

        AssertApplied(2, await ApplyAsync(new SaveSession("1", SealedField.Keep, SealedField.Set("new secret"), Make.Utf8("{}"), null)));
        AssertApplied(1, await ApplyAsync(new SaveSession("2", SealedField.Keep, SealedField.Keep, Make.Utf8("{}"), null)));

        var kept = (await SessionAsync("1"))!;
        Assert.Equal(("sealed key", "new secret"), (kept.ApiKey, kept.ApiSecret));
        var created = (await SessionAsync("2"))!;
        Assert.Equal((null, null), (created.ApiKey, created.ApiSecret));
    }

    [Fact]
    public async Task A_save_that_expects_no_session_only_creates()
    {
        AssertApplied(1, await ApplyAsync(Make.Session("1", """{"a":1}""", expected: 0)));
        AssertConflict(1, await ApplyAsync(Make.Session("1", """{"a":2}""", expected: 0)));

        Make.AssertJson("""{"a":1}""", (await SessionAsync("1"))!.Config);
    }

    [Fact]
    public async Task A_save_that_names_an_old_version_conflicts()
    {
        await ApplyAsync(Make.Session("1"));
        AssertApplied(2, await ApplyAsync(Make.Session("1", """{"a":1}""", expected: 1)));
        AssertConflict(2, await ApplyAsync(Make.Session("1", """{"a":2}""", expected: 1)));
        AssertConflict(2, await ApplyAsync(Make.Session("1", """{"a":2}""", expected: 3)));

        var row = (await SessionAsync("1"))!;
        Make.AssertJson("""{"a":1}""", row.Config);
        Assert.Equal(2, row.Version);
    }

    [Fact]
    public async Task A_version_of_a_session_that_does_not_exist_conflicts_with_zero()
    {
        AssertConflict(0, await ApplyAsync(Make.Session("1", expected: 1)));
        AssertConflict(0, await ApplyAsync(Make.Patch("1", "{}", expected: 7)));
        AssertConflict(0, await ApplyAsync(new DeleteSession("1", 1)));

        Assert.Null(await SessionAsync("1"));
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_nothing_else()
    {
        await ApplyAsync(Make.Session("1", """{"mode":"PILOT","strategies":{"A":true,"B":false},"list":[1,2],"gone":1}"""));

        AssertApplied(2,
            await ApplyAsync(Make.Patch("1", """{"strategies":{"B":true,"C":{"x":null,"y":1}},"list":[3],"gone":null,"absent":null}""")));

        var row = (await SessionAsync("1"))!;
        Make.AssertJson("""{"mode":"PILOT","strategies":{"A":true,"B":true,"C":{"y":1}},"list":[3]}""", row.Config);
        Assert.Equal(("sealed key", "sealed secret", 2L), (row.ApiKey, row.ApiSecret, row.Version));
    }

    [Fact]
    public async Task A_patch_or_delete_of_a_missing_session_finds_nothing()
    {
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(Make.Patch("1", """{"a":1}""")));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new DeleteSession("1", null)));

        Assert.Null(await SessionAsync("1"));
    }

    [Fact]
    public async Task A_patch_with_a_version_applies_only_over_it()
    {
        await ApplyAsync(Make.Session("1", """{"a":1}"""));
        AssertConflict(1, await ApplyAsync(Make.Patch("1", """{"a":2}""", expected: 2)));
        AssertConflict(1, await ApplyAsync(Make.Patch("1", """{"a":2}""", expected: 0)));
        AssertApplied(2, await ApplyAsync(Make.Patch("1", """{"a":2}""", expected: 1)));

        Make.AssertJson("""{"a":2}""", (await SessionAsync("1"))!.Config);
    }

    [Fact]
    public async Task A_config_that_a_patch_makes_too_large_is_refused_and_stays()
    {
        await ApplyAsync(Make.Session("1", $$"""{"a":"{{new string('x', 200_000)}}"}"""));

        AssertTooLarge("config", await ApplyAsync(Make.Patch("1", $$"""{"b":"{{new string('y', 100_000)}}"}""")));
        AssertApplied(2, await ApplyAsync(Make.Patch("1", $$"""{"a":null,"b":"{{new string('y', 100_000)}}"}""")));

        Make.AssertJson($$"""{"b":"{{new string('y', 100_000)}}"}""", (await SessionAsync("1"))!.Config);
    }

    [Fact]
    public async Task A_deleted_session_is_gone_and_a_new_one_starts_at_version_1()
    {
        await ApplyAsync(Make.Session("1"));
        await ApplyAsync(Make.Session("1"));
        AssertConflict(2, await ApplyAsync(new DeleteSession("1", 1)));

        AssertStatus(WriteStatus.Applied, await ApplyAsync(new DeleteSession("1", 2)));

        Assert.Null(await SessionAsync("1"));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new DeleteSession("1", null)));
        AssertApplied(1, await ApplyAsync(new SaveSession("1", SealedField.Keep, SealedField.Keep, Make.Utf8("{}"), 0)));
        Assert.Null((await SessionAsync("1"))!.ApiKey);
    }

    [Fact]
    public async Task The_same_write_again_changes_nothing()
    {
        var save = Make.Session("1", """{"a":1}""", expected: 0);
        var first = await ApplyAsync(save);
        Assert.Equal(first with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(save));

        var patch = Make.Patch("1", """{"b":2}""", expected: 1);
        var second = await ApplyAsync(patch);
        Assert.Equal(second with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(patch));

        Assert.Equal(2, (await SessionAsync("1"))!.Version);
    }

    [Fact]
    public async Task Resealing_changes_the_ciphertexts_and_nothing_that_a_reader_sees()
    {
        if (!CanReseal) return;
        await ApplyAsync(Make.Session("1", """{"k":"old"}"""));
        var before = (await SessionAsync("1"))!;

        AssertApplied(1, await ApplyAsync(new ResealSession("1", "new key", null, Make.Utf8("""{"k":"new"}"""), SeenVersion: 1)));

        var after = (await SessionAsync("1"))!;
        Assert.Equal(("new key", null, 1L, before.UpdatedAt), (after.ApiKey, after.ApiSecret, after.Version, after.UpdatedAt));
        Make.AssertJson("""{"k":"new"}""", after.Config);
    }

    [Fact]
    public async Task Resealing_what_has_changed_meanwhile_conflicts()
    {
        if (!CanReseal) return;
        await ApplyAsync(Make.Session("1", """{"a":1}"""));
        await ApplyAsync(Make.Session("1", """{"a":2}"""));

        AssertConflict(2, await ApplyAsync(new ResealSession("1", null, null, Make.Utf8("{}"), SeenVersion: 1)));
        AssertConflict(0, await ApplyAsync(new ResealSession("2", null, null, Make.Utf8("{}"), SeenVersion: 1)));

        Make.AssertJson("""{"a":2}""", (await SessionAsync("1"))!.Config);
        Assert.Null(await SessionAsync("2"));
    }

    [Fact]
    public async Task Many_sessions_are_read_at_once_without_those_that_do_not_exist()
    {
        await ApplyAllAsync([.. Enumerable.Range(1, 50).Select(i => Make.Session($"{i}"))]);

        var rows = await Store.GetSessionsAsync([.. Enumerable.Range(41, 20).Select(i => $"{i}")], Token);

        Assert.Equal(Enumerable.Range(41, 10).Select(i => $"{i}").Order(), rows.Select(row => row.ChatId).Order());
        Assert.Empty(await Store.GetSessionsAsync([], Token));
    }
}
