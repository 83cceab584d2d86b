using System.Text;
using Nexus.Engine;
using Nexus.KeyedState;

namespace Nexus.StoreContract;

/// <summary>JSON values under a namespace and a key, with an expiry.</summary>
public abstract class KeyedStateContract : StoreContract
{
    private static readonly StateExpiry Passed = StateExpiry.At(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static readonly StateExpiry Later = StateExpiry.At(new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("""{"a":[1,{"b":null}]}""")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("12345678901234567890.123456789")]
    [InlineData("false")]
    [InlineData("null")]
    public async Task A_value_is_any_JSON(string value)
    {
        var outcome = await ApplyAsync(Save("dialogs/42", value));

        AssertApplied(1, outcome);
        var row = (await StateAsync("dialogs/42"))!;
        Make.AssertJson(value, row.Value);
        Assert.Equal(("dialogs/42", null, 1L, outcome.At), (row.Id, row.ExpiresAt, row.Version, row.UpdatedAt));
    }

    [Fact]
    public async Task A_write_that_names_a_version_applies_only_over_it()
    {
        AssertConflict(0, await ApplyAsync(Save("n/k", "1", expected: 1)));
        AssertConflict(0, await ApplyAsync(new RemoveKeyedState("n/k", 1)));
        AssertConflict(0, await ApplyAsync(Patch("n/k", "{}", expected: 1)));
        AssertApplied(1, await ApplyAsync(Save("n/k", "1", expected: 0)));
        AssertConflict(1, await ApplyAsync(Save("n/k", "2", expected: 0)));
        AssertApplied(2, await ApplyAsync(Save("n/k", """{"a":1}""", expected: 1)));
        AssertConflict(2, await ApplyAsync(Patch("n/k", "{}", expected: 1)));
        AssertApplied(3, await ApplyAsync(Patch("n/k", """{"b":2}""", expected: 2)));
        AssertConflict(3, await ApplyAsync(new RemoveKeyedState("n/k", 1)));
        AssertStatus(WriteStatus.Applied, await ApplyAsync(new RemoveKeyedState("n/k", 3)));

        Assert.Null(await StateAsync("n/k"));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new RemoveKeyedState("n/k", null)));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(Patch("n/k", "{}")));
        AssertApplied(1, await ApplyAsync(Save("n/k", "4")));
    }

    [Fact]
    public async Task The_same_write_again_changes_nothing()
    {
        foreach (var save in new[] { Save("n/a", "1", expected: 0), Save("n/b", "1") })
        {
            var first = await ApplyAsync(save);
            Assert.Equal(first with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(save));
            Assert.Equal(1, (await StateAsync(save.Id))!.Version);
        }
        var patch = Patch("n/a", """{"x":1}""");
        var patched = await ApplyAsync(patch);
        Assert.Equal(patched with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(patch));
    }

    [Fact]
    public async Task A_patch_merges_and_keeps_the_expiry_unless_it_gives_one()
    {
        await ApplyAsync(Save("n/k", """{"a":1,"b":{"c":1,"d":2}}""", Later));

        AssertApplied(2, await ApplyAsync(Patch("n/k", """{"a":null,"b":{"c":[3]}}""")));
        var row = (await StateAsync("n/k"))!;
        Make.AssertJson("""{"b":{"c":[3],"d":2}}""", row.Value);
        Assert.Equal(Later.ExpiresAt, row.ExpiresAt);

        await ApplyAsync(Patch("n/k", "{}", StateExpiry.Never));
        Assert.Null((await StateAsync("n/k"))!.ExpiresAt);
        var timed = await ApplyAsync(Patch("n/k", "{}", StateExpiry.After(TimeSpan.FromHours(3))));
        Assert.Equal(timed.At.AddHours(3), (await StateAsync("n/k"))!.ExpiresAt);
        await ApplyAsync(Patch("n/k", "[1]"));
        Make.AssertJson("[1]", (await StateAsync("n/k"))!.Value);
        await ApplyAsync(Patch("n/k", """{"z":1}"""));
        Make.AssertJson("""{"z":1}""", (await StateAsync("n/k"))!.Value);
    }

    [Fact]
    public async Task A_time_to_live_counts_from_the_stores_time_of_the_write()
    {
        var outcomes = await ApplyAllAsync(
            Save("n/a", "1", StateExpiry.After(TimeSpan.FromMinutes(5))), Save("n/b", "1", StateExpiry.After(StateExpiry.MaxTimeToLive)));

        Assert.Equal(outcomes[0].At.AddMinutes(5), (await StateAsync("n/a"))!.ExpiresAt);
        Assert.Equal(outcomes[1].At + StateExpiry.MaxTimeToLive, (await StateAsync("n/b"))!.ExpiresAt);
        AssertApplied(2, await ApplyAsync(Save("n/a", "2")));
        Assert.Null((await StateAsync("n/a"))!.ExpiresAt);
    }

    [Fact]
    public async Task An_expired_value_does_not_exist_for_any_call()
    {
        await ApplyAllAsync(Save("n/a", "1", Passed), Save("n/b", "2"), Save("n/c", "3", Passed));

        Assert.Null(await StateAsync("n/a"));
        Assert.Equal(["n/b"], await IdsAsync(StateRange.Of("n", "", null, null)));
        Assert.Equal(["n/b"], await IdsAsync(new StateRange()));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(Patch("n/a", """{"x":1}""")));
        AssertConflict(0, await ApplyAsync(Patch("n/a", """{"x":1}""", expected: 1)));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new RemoveKeyedState("n/a", null)));
        AssertConflict(0, await ApplyAsync(new RemoveKeyedState("n/a", 1)));
        AssertConflict(0, await ApplyAsync(Save("n/a", "2", expected: 1)));
        AssertConflict(0, (await ApplyAtomicAsync(Save("n/a", "2", expected: 1)))[0]);
    }

    [Fact]
    public async Task A_value_over_an_expired_one_is_new_and_continues_its_version()
    {
        await ApplyAllAsync(Save("n/a", "1", Passed), Save("n/b", "1", Passed));

        // Whoever still holds the version of the expired value must not match the new one.
        AssertApplied(2, await ApplyAsync(Save("n/a", "2", expected: 0)));
        AssertApplied(2, await ApplyAsync(Save("n/b", "2")));
        AssertConflict(2, await ApplyAsync(new RemoveKeyedState("n/a", 1)));
        Make.AssertJson("2", (await StateAsync("n/a"))!.Value);
    }

    [Fact]
    public async Task A_value_expires_by_itself()
    {
        await ApplyAsync(Save("n/a", "1", StateExpiry.After(TimeSpan.FromMilliseconds(400))));

        await Nexus.TestKit.Eventually.TrueAsync(async () => await StateAsync("n/a") is null);
        Assert.Empty(await IdsAsync(new StateRange()));
        Assert.Single(await Store.ListExpiredStateAsync(TimeSpan.Zero, 10, Token));
    }

    [Fact]
    public async Task The_sweep_finds_and_removes_only_what_has_expired()
    {
        await ApplyAllAsync(
            Save("n/a", "1", Passed), Save("n/b", "2"), Save("n/c", "3", Later), Save("n/d", "4", Passed),
            Save("n/e", "5", StateExpiry.After(TimeSpan.FromTicks(TimeSpan.TicksPerMicrosecond))));

        var expired = await Store.ListExpiredStateAsync(TimeSpan.FromHours(1), 10, Token);
        Assert.Equal(["n/a", "n/d"], expired.Select(state => state.Id).Order(StringComparer.Ordinal));
        Assert.Single(await Store.ListExpiredStateAsync(TimeSpan.FromHours(1), 1, Token));
        AssertApplied(2, await ApplyAsync(Save("n/d", "6")));
        if (!CanReseal) return;

        AssertConflict(2, await ApplyAsync(new RemoveKeyedState("n/d", 1, OnlyExpired: true)));
        AssertConflict(1, await ApplyAsync(new RemoveKeyedState("n/c", 2, OnlyExpired: true)));
        AssertStatus(WriteStatus.Applied, await ApplyAsync(new RemoveKeyedState("n/a", 1, OnlyExpired: true)));
        Assert.Empty(await Store.ListExpiredStateAsync(TimeSpan.FromHours(1), 10, Token));
        Assert.Equal(["n/b", "n/c", "n/d"], await IdsAsync(new StateRange()));
        // Once it is removed, nothing tells that there was one.
        AssertApplied(1, await ApplyAsync(Save("n/a", "7")));
    }

    [Fact]
    public async Task Resealing_keeps_version_time_and_expiry()
    {
        if (!CanReseal) return;
        await ApplyAsync(Save("n/k", "\"old\"", Later));
        var before = (await StateAsync("n/k"))!;

        AssertConflict(1, await ApplyAsync(new ResealKeyedState("n/k", Make.Utf8("\"x\""), SeenVersion: 2)));
        AssertConflict(0, await ApplyAsync(new ResealKeyedState("n/none", Make.Utf8("\"x\""), SeenVersion: 1)));
        AssertApplied(1, await ApplyAsync(new ResealKeyedState("n/k", Make.Utf8("\"new\""), SeenVersion: 1)));

        var after = (await StateAsync("n/k"))!;
        Make.AssertJson("\"new\"", after.Value);
        Assert.Equal((before.Version, before.UpdatedAt, before.ExpiresAt), (after.Version, after.UpdatedAt, after.ExpiresAt));
    }

    [Fact]
    public async Task A_patched_value_obeys_the_limit_of_a_saved_one()
    {
        await ApplyAsync(Save("n/k", $$"""{"a":"{{new string('a', 200_000)}}"}"""));

        AssertTooLarge("value", await ApplyAsync(Patch("n/k", $$"""{"b":"{{new string('b', 100_000)}}"}""")));
        Assert.Equal(1, (await StateAsync("n/k"))!.Version);
    }

    /// <summary>Keys whose bytes, UTF-16 units and letters are ordered differently, with the ends of ranges of code points among them.</summary>
    [Fact]
    public async Task A_prefix_lists_exactly_its_keys_in_the_order_of_their_bytes_page_by_page()
    {
        string[] pieces =
            ["a", "B", "/", "%2F", "..", "ä", "\uD7FF", "\uE000", "\uFFE5", "🚀", "\U0010FFFF", "_", "\\", "'", "\u202E", "\u0001", " "];
        var random = new Random(7);
        var keys = Enumerable.Range(0, 150).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => pieces[random.Next(
            pieces.Length)]))).Distinct(StringComparer.Ordinal).ToList();
        await ApplyAllAsync([.. keys.Select(key => Save($"n/{key}", "1")), Save("m/a", "1"), Save("n0", "1"), Save("o/a", "1")]);

        string[] prefixes = ["", .. pieces, .. pieces.Select(piece => piece + piece), "a\U0010FFFF", "\U0010FFFF\U0010FFFF"];
        foreach (var prefix in prefixes)
        {
            var expected = keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
                .OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal).Select(key => $"n/{key}").ToList();
            Assert.Equal(expected, await IdsAsync(StateRange.Of("n", prefix, null, null)));

            List<string> paged = [];
            for (string? after = null; ;)
            {
                var page = await IdsAsync(StateRange.Of("n", prefix, after, 7));
                paged.AddRange(page);
                if (page.Count < 7) break;
                after = page[^1][2..];
            }
            Assert.Equal(expected, paged);
        }
        // A key that lies before the prefix, and one that does not exist.
        Assert.Equal(await IdsAsync(StateRange.Of("n", "B", null, null)), await IdsAsync(StateRange.Of("n", "B", "A", null)));
        Assert.Empty(await IdsAsync(StateRange.Of("n", "B", "a", null)));
    }

    internal static SaveKeyedState Save(string id, string value, StateExpiry expiry = default, long? expected = null) =>
        new(id, Make.Utf8(value), expiry, expected);

    internal static PatchKeyedState Patch(string id, string patch, StateExpiry? expiry = null, long? expected = null) =>
        new(id, Make.Utf8(patch), expiry, expected);

    private async Task<List<string>> IdsAsync(StateRange range) =>
        [.. (await ToListAsync(Store.ListKeyedStateAsync(range, Token))).Select(row => row.Id)];
}
