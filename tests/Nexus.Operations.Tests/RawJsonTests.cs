using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Nexus.Operations.Json;

namespace Nexus.Operations.Tests;

/// <summary>However a document reaches the serializer, it comes out as the bytes that went in.</summary>
public class RawJsonTests
{
    private const string Spaced = """{ "a" : [ 1, {"b": "é\u00e9 }] \" "} ] , "c":{}  }""";

    public static TheoryData<string> Documents =>
        [Spaced, "{}", "[]", "[ ]", """[{"x":[[]]}, "]"]""", "\"}\"", "12.50", "true", "null", $$"""{"long":"{{new string('x', 50_000)}}"}"""];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task It_keeps_its_bytes(string document)
    {
        var record = Encoding.UTF8.GetBytes($$"""{"Before": 1, "Document":  {{document}}  , "After": "x"}""");

        Assert.Equal(document, Text(JsonSerializer.Deserialize<Record>(record)));
        Assert.Equal(document, Text(JsonSerializer.Deserialize<Record>(Encoding.UTF8.GetString(record))));
        Assert.Equal(
            document,
            Text(await JsonSerializer.DeserializeAsync<Record>(new MemoryStream(record), cancellationToken: TestContext.Current.CancellationToken)));
        Assert.Equal(
            document,
            Text(
                await JsonSerializer.DeserializeAsync<Record>(
                    PipeReader.Create(InPieces(record)), cancellationToken: TestContext.Current.CancellationToken)));
        Assert.Equal(document, Text(FromSequence(record)));
    }

    [Theory]
    [InlineData("""{"Document":{"a":1}""")]
    [InlineData("""{"Document":{"a":[}}""")]
    [InlineData("""{"Document":[1,]}""")]
    public void What_is_no_JSON_is_refused(string record) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Record>(record));

    private static Record? FromSequence(byte[] record)
    {
        var reader = new Utf8JsonReader(InPieces(record));
        return JsonSerializer.Deserialize<Record>(ref reader);
    }

    private static string Text(Record? record)
    {
        Assert.Equal((1, "x"), (record!.Before, record.After));
        return Encoding.UTF8.GetString(record.Document.Utf8.Span);
    }

    /// <summary>Seven bytes at a time.</summary>
    private static ReadOnlySequence<byte> InPieces(byte[] bytes)
    {
        var first = new Piece(bytes.AsMemory(0, 7), null);
        var last = first;
        for (var at = 7; at < bytes.Length; at += 7) last = new Piece(bytes.AsMemory(at, Math.Min(7, bytes.Length - at)), last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            // Of its own, so that a piece is not followed by the next one in memory.
            Memory = memory.ToArray();
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }

    internal sealed record Record(int Before, RawJson Document, string After);
}
