using System.Text;
using Nexus.BotState;
using Nexus.Errors;
using Nexus.Json;

namespace Nexus.StoreContract.Front;

/// <summary>
/// One limit everywhere: a document is measured with its secrets in plain text, whether it is saved whole, patched or composed of masks.
/// </summary>
public abstract class DocumentSizeContract : FrontContract
{
    private const int MaxBytes = 262_144;

    /// <summary>Documents of the largest size whose stored form is far larger, or larger than their JSON text.</summary>
    public static TheoryData<string> Fills => ["secrets", "sealed numbers", "sealed lists", "emoji", "quotes", "exponents"];

    [Theory]
    [MemberData(nameof(Fills))]
    public async Task A_config_at_the_limit_can_be_patched_and_written_back(string fill)
    {
        var config = Filled(fill, MaxBytes - 2);
        await Db.Sessions.SaveAsync(Session(1, config), cancellationToken: Token);

        // The same size: one member goes and another of the same length comes.
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"z":6}"""), cancellationToken: Token);
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"z":null,"y":7}"""), cancellationToken: Token);
        var read = (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal();
        await Db.Sessions.SaveAsync(Session(1, read), cancellationToken: Token);
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse(read), cancellationToken: Token);

        var error = await RefusedAsync(() => Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"note":"one too many"}"""),
            cancellationToken: Token));
        Assert.True(error.IsTooLarge, error.Message);
        // PostgreSQL writes exponents out.
        if (fill != "exponents")
            AssertJson(config.Replace("\"z\":5", "\"y\":7", StringComparison.Ordinal), (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
    }

    [Theory]
    [MemberData(nameof(Fills))]
    public async Task A_document_that_patches_make_is_no_larger_than_one_that_is_saved(string fill)
    {
        await Db.Sessions.SaveAsync(Session(1, Filled(fill, MaxBytes / 2)), cancellationToken: Token);
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse($$"""{"other":{{Filled(fill, (MaxBytes / 2) - 40)}}}"""), cancellationToken: Token);
        var read = (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal();
        await Db.Sessions.SaveAsync(Session(2, read), cancellationToken: Token);

        Assert.True((await RefusedAsync(() =>
            Db.Sessions.PatchConfigAsync(1, StateJson.Parse($$"""{"third":{{Filled(fill, 1000)}}}"""), cancellationToken: Token))).IsTooLarge);
    }

    [Fact]
    public async Task The_switches_have_the_same_limit()
    {
        var largest = Filled("secrets", MaxBytes);
        await Db.BotState.SaveAsync(new BotSwitches { GroupConfig = StateJson.Parse(largest) }, cancellationToken: Token);
        await Db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = StateJson.Parse("""{"z":6}""") }, cancellationToken: Token);
        Assert.True((await RefusedAsync(() =>
            Db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = StateJson.Parse("""{"more":1}""") }, cancellationToken: Token))).IsTooLarge);
    }

    [Fact]
    public async Task Texts_that_look_like_sealed_values_count_in_full()
    {
        // A name of that form, and a text that holds one between quotes: neither is sealed.
        var imitation = $"nx1.0123abcd.{new string('A', 100)}";
        await Db.Sessions.SaveAsync(Session(1, $$"""{"a":"{{new string('x', MaxBytes - 200)}}"}"""), cancellationToken: Token);
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse($$"""{"b":"\"{{imitation}}\""}"""), cancellationToken: Token);
        Assert.True((await RefusedAsync(() =>
            Db.Sessions.PatchConfigAsync(1, StateJson.Parse($$"""{"c":"see \"{{imitation}}"}"""), cancellationToken: Token))).IsTooLarge);
    }

    private static string Filled(string fill, int bytes)
    {
        Func<int, (string Text, int Counted)> member = fill switch
        {
            "secrets" => n => Plain($"\"api_key_{n}\":\"{n % 10}\""),
            "sealed numbers" => n => ($"\"pin_{n}\":{1000 + (n % 9000)}", Encoding.UTF8.GetByteCount($"\"pin_{n}\":0000") + 3),
            "sealed lists" => n => ($"\"private_key_{n}\":[{n % 10},2,3]", Encoding.UTF8.GetByteCount($"\"private_key_{n}\":[0,2,3]") + 3),
            "emoji" => n => Plain($"\"k{n}\":\"🚀🚀🚀🚀🚀🚀\""),
            "quotes" => n => Plain($"\"k{n}\":\"\\\"\\\\\\\"\\n\""),
            _ => n => ($"\"k{n}\":1e390", $"\"k{n}\":".Length + 391),
        };
        const string Padding = ",\"p\":\"\"";
        var text = new StringBuilder("{\"z\":5");
        var left = bytes - "{\"z\":5}".Length;
        for (var n = 0; ; n++)
        {
            var (next, counted) = member(n);
            if (counted + 1 > left) break;
            left -= counted + 1;
            text.Append(',').Append(next);
        }
        if (left >= Padding.Length) text.Append(Padding, 0, Padding.Length - 1).Append('x', left - Padding.Length).Append('"');
        return text.Append('}').ToString();

        static (string Text, int Counted) Plain(string text) => (text, Encoding.UTF8.GetByteCount(text));
    }

    private static async Task<NexusValidationException> RefusedAsync(Func<Task> write) => await Assert.ThrowsAsync<NexusValidationException>(write);
}
