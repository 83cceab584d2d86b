using System.Text;
using Nexus.Errors;

namespace Nexus.Fuzz.Tests;

/// <summary>The judge itself: what it must find.</summary>
public sealed class PlantedSecretTests
{
    [Theory]
    [InlineData("""{"apiKey":"*"}""", true)]
    [InlineData("""{"apiKey" : "*","x":{"secret":"*"}}""", true)]
    [InlineData("""{"*":"apiKey"}""", false)]
    [InlineData("""{"apiKey":"*","name":"*"}""", false)]
    [InlineData("""{"apiKey":"x*"}""", false)]
    [InlineData("{}", false)]
    public void A_secret_counts_where_no_error_may_repeat_it(string json, bool expected) =>
        Assert.Equal(expected, PlantedSecret.StandsInSecretMembers(Bytes(json)));

    [Fact]
    public void A_secret_in_an_error_is_found() =>
        Assert.Contains("is shown", Fail((_, _) => throw new NexusValidationException("x", PlantedSecret.Text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_secret_in_a_warning_is_found() =>
        Assert.Contains("is shown", Fail((_, shown) => shown.Add($"a {PlantedSecret.Text} b")).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_exception_is_found() =>
        Assert.Contains("KeyNotFoundException", Fail((_, _) => throw new KeyNotFoundException()).Message, StringComparison.Ordinal);

    [Fact]
    public void Too_much_memory_is_found() =>
        Assert.Contains("allocated", Fail((_, _) => GC.KeepAlive(new byte[4 * 1024 * 1024])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""name="a\x0Ab" """, "a\nb")]
    [InlineData("""  "x\"\\" """, "x\"\\")]
    [InlineData("# comment", null)]
    public void A_line_of_a_dictionary_is_read(string line, string? token) =>
        Assert.Equal(token, FuzzCorpus.Token(line) is { } bytes ? Encoding.UTF8.GetString(bytes) : null);

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json.Replace("*", PlantedSecret.Text, StringComparison.Ordinal));

    private static FuzzFailureException Fail(Action<byte[], ShownTexts> run) =>
        Assert.Throws<FuzzFailureException>(() => FuzzRun.Check(new Planted(run), Bytes("""{"apiKey":"*"}""")));

    private sealed class Planted(Action<byte[], ShownTexts> run) : FuzzTarget
    {
        public override string Name => "planted";

        public override IReadOnlyList<string> Dictionaries => [];

        public override void Run(byte[] input, ShownTexts shown) => run(input, shown);

        public override bool IsDocumented(Exception error) => error is NexusValidationException;
    }
}
