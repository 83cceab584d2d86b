using System.Text;
using System.Text.Json;
using Nexus.Errors;

namespace Nexus.Operations.Alerts;

/// <summary>A value of a JSON file with its line, so that errors can name it.</summary>
/// <param name="Path">The field, such as <c>notifiers.ops.url</c>.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text of a string or number.</param>
/// <param name="Members">Of an object, in order; names may repeat.</param>
/// <param name="Items">Of a list.</param>
public sealed record SettingsNode(
    string Path, int Line, JsonValueKind Kind, string Text, IReadOnlyList<(string Name, SettingsNode Value)> Members,
    IReadOnlyList<SettingsNode> Items)
{
    /// <summary>Reads a document. Comments and trailing commas are allowed.</summary>
    /// <exception cref="AlertSettingsException">It is not JSON.</exception>
    public static SettingsNode Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        var lines = new LineCounter(utf8);
        var reader = new Utf8JsonReader(
            utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 });
        try
        {
            reader.Read();
            var root = Read(ref reader, "", ref lines);
            return reader.Read() ? throw new JsonException("more follows the document") : root;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            var line = error is JsonException { LineNumber: { } number } ? (int)number + 1 : lines.At(reader.TokenStartIndex);
            throw new AlertSettingsException([new SettingsProblem(line, "", Describe(utf8))]);
        }
    }

    /// <summary>What an editor or a script leaves behind in place of JSON.</summary>
    private static string Describe(ReadOnlySpan<byte> text) =>
        text.ContainsAnyExcept(" \t\r\n"u8) is false ? "is not JSON: it is empty"
        : text.Contains((byte)0) ? "is not JSON in UTF-8: it appears to be in UTF-16; save it as UTF-8"
        : "is not JSON, or nested deeper than 16";

    private static SettingsNode Read(ref Utf8JsonReader reader, string path, ref LineCounter lines)
    {
        var line = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<(string, SettingsNode)>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    // Each value has its path, so that a long name would be there as often as there are values in it.
                    var shown = ClientText.Short(name);
                    members.Add((name, Read(ref reader, path.Length == 0 ? shown : $"{path}.{shown}", ref lines)));
                }
                return new(path, line, JsonValueKind.Object, "", members, []);
            case JsonTokenType.StartArray:
                var items = new List<SettingsNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Read(ref reader, $"{path}[{items.Count}]", ref lines));
                return new(path, line, JsonValueKind.Array, "", [], items);
            case JsonTokenType.String:
                return new(path, line, JsonValueKind.String, reader.GetString()!, [], []);
            case JsonTokenType.Number:
                return new(path, line, JsonValueKind.Number, Encoding.UTF8.GetString(reader.ValueSpan), [], []);
            case JsonTokenType.True or JsonTokenType.False:
                return new(path, line, reader.TokenType == JsonTokenType.True ? JsonValueKind.True : JsonValueKind.False, "", [], []);
            default:
                return new(path, line, JsonValueKind.Null, "", [], []);
        }
    }

    /// <summary>Counts lines once, from the beginning to the end.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> utf8)
    {
        private readonly ReadOnlySpan<byte> _utf8 = utf8;
        private int _line = 1;
        private int _at;

        public int At(long index)
        {
            if (index > _at) _line += _utf8[_at..(_at = (int)index)].Count((byte)'\n');
            return _line;
        }
    }
}
