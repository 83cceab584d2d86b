using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.Server.Api;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Limits;

/// <summary>Sixteen times the input costs about sixteen times the time, whatever it is made of. What is quadratic costs 256 times as much.</summary>
public sealed class LinearCostTests
{
    /// <summary>So that the large document is still within the limit of a document.</summary>
    private const int Small = 60 * 1024;

    /// <summary>So that linear (16) and quadratic (256) lie far apart.</summary>
    private const int Growth = 16;

    private const int Allowed = 64;

    private static readonly DocumentSealer Documents = new(new Sealer(KeyRing.Parse(KeyRing.GenerateKey(), null)));

    /// <summary>Documents of about so many bytes that somebody may send.</summary>
    public static TheoryData<string> Shapes =>
    [
        "names", "nested", "list", "numbers", "long number", "escapes", "spaces", "text of points", "text of spaces", "text of quotes", "words",
            "urls", "digits", "base64", "braces", "colons", "long name", "brackets",
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    [InlineData("uuids")]
    public void A_document_is_checked_and_sealed_in_linear_time(string shape) =>
        AssertLinear(size => () =>
        {
            try
            {
                Documents.Accept(new SealContext("sessions", "1", "config"), Document(shape, size), StateRules.Config);
            }
            catch (NexusValidationException)
            {
                // Refusing must be as cheap.
            }
        }, Small);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_patch_is_applied_and_composed_in_linear_time(string shape) =>
        AssertLinear(size =>
        {
            var (document, removal) = (Document(shape, size), Document(shape == "names" ? "removals" : shape, size));
            return () =>
            {
                try
                {
                    MergePatch.Apply(document, removal);
                    MergePatch.TryCompose(document, removal);
                }
                catch (JsonException)
                {
                    // Deeper than is stored.
                }
            };
        }, Small);

    [Theory]
    [InlineData("x")]
    [InlineData(".")]
    [InlineData("[")]
    [InlineData("'")]
    [InlineData("\\\\")]
    public void A_wrong_name_is_described_in_linear_time(string fill) =>
        AssertLinear(size =>
        {
            var body = Encoding.UTF8.GetBytes($$"""{"{{string.Concat(Enumerable.Repeat(fill, size / fill.Length))}}":1}""");
            return () =>
                JsonProblem.Describe(
                    Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(body, ServerJson.Strict.TradeBody)),
                    ServerJson.Strict.TradeBody);
        }, 8 * Small);

    [Theory]
    [InlineData("9")]
    [InlineData("0")]
    public void A_long_decimal_is_refused_in_linear_time(string digit) => AssertLinear(size =>
    {
        var text = Encoding.UTF8.GetBytes(string.Concat("1.", string.Concat(Enumerable.Repeat(digit, size)), "e-999999999"));
        return () => Assert.False(ExactDecimal.TryParse(text, out _));
    }, 16 * Small);

    [Theory]
    [InlineData(" ")]
    [InlineData("x")]
    [InlineData("\r")]
    public void A_line_in_small_pieces_is_read_in_linear_time(string fill)
    {
        // Each read completes at once, so that all of it runs on this thread.
        AssertLinear(size => () => Assert.True(ReadAsync(size, fill).IsCompletedSuccessfully), 8 * Small);

        static async Task ReadAsync(int size, string fill)
        {
            var input = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(fill, size)));
            var stream = SplitStream.At(input, [.. Enumerable.Range(1, (size / 16) - 1).Select(i => i * 16)]);
            stream.CompletesAtOnce = true;
            await foreach (var line in NdJsonLines.ReadAsync(System.IO.Pipelines.PipeReader.Create(stream), RequestBody.MaxRecordBytes))
                Assert.Equal(size, line.Text.Length);
        }
    }

    /// <summary>The least of several rounds in time of the processor, since the machine is shared.</summary>
    private static void AssertLinear(Func<int, Action> make, int size)
    {
        var (small, large) = (make(size / 4), make(size / 4 * Growth));
        small();
        large();
        var (once, more) = (long.MaxValue, long.MaxValue);
        for (var round = 0; round < 12; round++)
        {
            once = Math.Min(once, Measure(small));
            more = Math.Min(more, Measure(large));
            if (more < Allowed * Math.Max(once, 20_000)) return;
        }
        Assert.Fail($"{Growth} times the input took {(double)more / once:0.0} times as long: {more / 1e6:0.0} ms");

        static long Measure(Action action)
        {
            var start = ThreadClock.Read();
            action();
            return ThreadClock.Read() - start;
        }
    }

    /// <summary>A mask may be sent for as many places as a document has, and comes back for each.</summary>
    [Fact]
    public void A_mask_of_many_places_is_resolved_in_linear_time() => AssertLinear(count =>
    {
        var place = new SealContext("sessions", "1", "config");
        var one = Documents.Accept(place, """{"password":"hunter2"}"""u8, StateRules.Config);
        var mask = JsonDocument.Parse(Documents.Mask(place, one)).RootElement.GetProperty("password").GetString();
        var many = Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"password_{i}\":\"{mask}\""))}}}");
        var stored = new MaskedRecord(Documents).Add(place, one).Resolve(place, many, StateRules.Config)!;
        var masked = Documents.Mask(place, stored);
        return () => Assert.NotNull(new MaskedRecord(Documents).Add(place, stored).Resolve(place, masked, StateRules.Config));
    }, 512);

    private static byte[] Document(string shape, int size) => Encoding.UTF8.GetBytes(shape switch
    {
        "names" => $"{{{string.Join(',', Enumerable.Range(0, size / 12).Select(i => $"\"n{i:000000}\":{i % 9}"))}}}",
        "removals" => $"{{{string.Join(',', Enumerable.Range(0, size / 12).Select(i => $"\"n{i:000000}\":null"))}}}",
        "nested" => $"{{{string.Join(',', Enumerable.Range(0, size / 40).Select(i => $"\"n{i}\":{{\"a\":{{\"b\":{{\"c\":[1]}}}}}}"))}}}",
        "list" => $"{{\"a\":[{string.Join(',', Enumerable.Repeat("\"x\"", size / 4))}]}}",
        "numbers" => $"{{\"a\":[{string.Join(',', Enumerable.Repeat("1.5e300", size / 8))}]}}",
        "long number" => $"{{\"a\":{new string('9', size)}}}",
        "escapes" => Text("\\u00e9\\n", size),
        "spaces" => $"{{{new string(' ', size)}}}",
        "text of points" => Text(".", size),
        "text of spaces" => Text(" ", size),
        "text of quotes" => Text("\\\"", size),
        "words" => Text("word and ", size),
        "urls" => Text("http://u:p@h/", size),
        "digits" => Text("12345:", size),
        "base64" => Text("QUJD+/==", size),
        "braces" => Text("{[", size),
        "brackets" => Text("a1b2 (", size),
        // Refused because the name stands twice, after all of it was judged.
        "uuids" => $"{{{string.Join(',', Enumerable.Repeat("\"uuid\":\"3f1c9a52-7d84-4b0e-9c61-2ab8e7d05f44\"", size / 48))}}}",
        "long name" => $"{{\"{new string('n', size / 2)}\":{{{string.Join(',', Enumerable.Range(0, size / 48)
            .Select(i => $"\"password_{i:00000}\":\"x\""))}}}}}",
        _ => Text("::", size),
    });

    private static string Text(string fill, int size) => $"{{\"a\":\"{string.Concat(Enumerable.Repeat(fill, size / fill.Length))}\"}}";
}
