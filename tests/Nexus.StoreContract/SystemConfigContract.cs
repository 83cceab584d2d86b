using System.Text;
using Nexus.Engine;
using Nexus.SystemConfig;

namespace Nexus.StoreContract;

/// <summary>Settings by key.</summary>
public abstract class SystemConfigContract : StoreContract
{
    [Theory]
    [InlineData("""{"a":[1,{"b":null}]}""")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("12345678901234567890.123456789")]
    [InlineData("true")]
    [InlineData("null")]
    public async Task An_entry_holds_any_JSON_value(string value)
    {
        var outcome = await ApplyAsync(Make.Config("risk.limits", value, "ana"));

        AssertApplied(1, outcome);
        var row = (await ConfigAsync("risk.limits"))!;
        Make.AssertJson(value, row.Value);
        Assert.Equal(("risk.limits", "ana", 1L, outcome.At), (row.Key, row.UpdatedBy, row.Version, row.UpdatedAt));
    }

    [Fact]
    public async Task Setting_again_replaces_the_value_and_who_set_it()
    {
        await ApplyAsync(Make.Config("k", """{"a":1}""", "ana"));
        AssertApplied(2, await ApplyAsync(Make.Config("k", """{"b":2}""")));

        var row = (await ConfigAsync("k"))!;
        Make.AssertJson("""{"b":2}""", row.Value);
        Assert.Null(row.UpdatedBy);
    }

    [Fact]
    public async Task A_write_that_names_a_version_applies_only_over_it()
    {
        AssertConflict(0, await ApplyAsync(Make.Config("k", "1", expected: 1)));
        AssertConflict(0, await ApplyAsync(new RemoveSystemConfig("k", 1)));
        AssertApplied(1, await ApplyAsync(Make.Config("k", "1", expected: 0)));
        AssertConflict(1, await ApplyAsync(Make.Config("k", "2", expected: 0)));
        AssertApplied(2, await ApplyAsync(Make.Config("k", "3", expected: 1)));
        AssertConflict(2, await ApplyAsync(new RemoveSystemConfig("k", 1)));
        AssertStatus(WriteStatus.Applied, await ApplyAsync(new RemoveSystemConfig("k", 2)));

        Assert.Null(await ConfigAsync("k"));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new RemoveSystemConfig("k", null)));
        AssertApplied(1, await ApplyAsync(Make.Config("k", "4")));
    }

    [Fact]
    public async Task The_same_write_again_changes_nothing()
    {
        var set = Make.Config("k", "1", expected: 0);
        var first = await ApplyAsync(set);

        Assert.Equal(first with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(set));
        Assert.Equal(1, (await ConfigAsync("k"))!.Version);
    }

    [Fact]
    public async Task Resealing_keeps_version_time_and_author()
    {
        if (!CanReseal) return;
        await ApplyAsync(Make.Config("k", "\"old\"", "ana"));
        var before = (await ConfigAsync("k"))!;

        AssertConflict(1, await ApplyAsync(new ResealSystemConfig("k", Make.Utf8("\"x\""), SeenVersion: 2)));
        AssertConflict(0, await ApplyAsync(new ResealSystemConfig("none", Make.Utf8("\"x\""), SeenVersion: 1)));
        AssertApplied(1, await ApplyAsync(new ResealSystemConfig("k", Make.Utf8("\"new\""), SeenVersion: 1)));

        var after = (await ConfigAsync("k"))!;
        Make.AssertJson("\"new\"", after.Value);
        Assert.Equal((before.Version, before.UpdatedAt, before.UpdatedBy), (after.Version, after.UpdatedAt, after.UpdatedBy));
    }

    [Fact]
    public async Task Entries_come_in_the_order_of_their_keys_bytes()
    {
        // Two that UTF-16 and UTF-8 order differently, two that a language would.
        string[] keys = ["\uFFE5", "🚀", "b", "B", "a", "ä", "_", "a.b", "a b", "Z"];
        await ApplyAllAsync([.. keys.Select(key => Make.Config(key, "1"))]);

        var listed = (await ToListAsync(Store.ListSystemConfigAsync(Token))).Select(row => row.Key);

        Assert.Equal(keys.OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task Keys_differ_by_case_and_accents()
    {
        await ApplyAllAsync(Make.Config("key", "1"), Make.Config("KEY", "2"), Make.Config("këy", "3"), Make.Config("ke\u0308y", "4"));

        Make.AssertJson("1", (await ConfigAsync("key"))!.Value);
        Make.AssertJson("2", (await ConfigAsync("KEY"))!.Value);
        Make.AssertJson("3", (await ConfigAsync("këy"))!.Value);
        Make.AssertJson("4", (await ConfigAsync("ke\u0308y"))!.Value);
    }
}
