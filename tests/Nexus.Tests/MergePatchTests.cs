using System.Text;
using System.Text.Json;
using CsCheck;
using Nexus.Json;

namespace Nexus.Tests;

/// <summary>The examples are those of RFC 7396, appendix A.</summary>
public sealed class MergePatchTests
{
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", """null""", """null""")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""[1,2]""", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Applies_as_the_RFC_says(string target, string patch, string expected) =>
        AssertSame(expected, MergePatch.Apply(Utf8(target), Utf8(patch)));

    [Fact]
    public void Two_patches_composed_have_the_effect_of_both() =>
        Gen.Select(Patch(3), Patch(3), Patch(3)).Sample((target, first, second) =>
        {
            if (MergePatch.TryCompose(Utf8(first), Utf8(second)) is not { } both) return;
            var oneByOne = MergePatch.Apply(MergePatch.Apply(Utf8(target), Utf8(first)), Utf8(second));
            AssertSame(Encoding.UTF8.GetString(oneByOne), MergePatch.Apply(Utf8(target), both));
        }, iter: 5000);

    [Fact]
    public void Patches_that_one_patch_cannot_say_are_not_composed() =>
        Assert.Null(MergePatch.TryCompose(Utf8("""{"a":1}"""), Utf8("""{"a":{"b":2}}""")));

    private static Gen<string> Patch(int depth)
    {
        string[] names = ["a", "b", "c"];
        string[] scalars = ["null", "1", "true", "\"x\"", "[1]"];
        var name = Gen.Int[0, names.Length - 1].Select(i => names[i]);
        var scalar = Gen.Int[0, scalars.Length - 1].Select(i => scalars[i]);
        var value = depth == 0 ? scalar : Gen.OneOf(scalar, scalar, Patch(depth - 1));
        return Gen.Dictionary(name, value)[0, 3].Select(members => "{" + string.Join(",", members.Select(member =>
            $"\"{member.Key}\":{member.Value}")) + "}");
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static void AssertSame(string expected, byte[] actual)
    {
        using var left = JsonDocument.Parse(expected);
        using var right = JsonDocument.Parse(actual);
        Assert.True(JsonElement.DeepEquals(left.RootElement, right.RootElement), $"expected {expected}, got {Encoding.UTF8.GetString(actual)}");
    }
}
