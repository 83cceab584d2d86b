using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Nexus.Secrets;

/// <summary>JSON inside a text, as it is, quoted once more, or in base64.</summary>
internal static class NestedDocument
{
    private const int MinLength = 8;
    private const int MinEncoded = 16;
    private const int MaxFrame = 3;

    /// <summary>The deepest nesting that is searched: a document in a document in a document.</summary>
    private const int MaxLevels = 4;

    [ThreadStatic]
    private static int t_level;

    /// <summary>Whether the text is JSON with a secret in it.</summary>
    public static bool HasSecret(ReadOnlySpan<byte> text)
    {
        text = WithoutFrame(text.Trim(" \t\r\n"u8));
        if (text.Length < MinLength || t_level == MaxLevels) return false;
        if (text is not ([(byte)'{', .., (byte)'}'] or [(byte)'[', .., (byte)']'] or [(byte)'"', .., (byte)'"'])) return false;
        t_level++;
        try
        {
            return text[0] == '"' ? HasQuotedSecret(text) : DocumentJudgement.HasSecret(text);
        }
        catch (JsonException)
        {
            return false;
        }
        finally
        {
            t_level--;
        }
    }

    /// <summary><c>42["auth",{…}]</c>: a message of Socket.IO without the digits that say what kind it is.</summary>
    private static ReadOnlySpan<byte> WithoutFrame(ReadOnlySpan<byte> text)
    {
        var body = text.TrimStart("0123456789"u8);
        return text.Length - body.Length <= MaxFrame && body.StartsWith("["u8) ? body : text;
    }

    /// <summary>A quoted word is no document, and is judged without its quotes where it stands.</summary>
    private static bool HasQuotedSecret(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        return reader.Read() && reader.TokenType == JsonTokenType.String
            && (reader.ValueIsEscaped || reader.ValueSpan.StartsWith("{"u8) || reader.ValueSpan.StartsWith("["u8))
            && DocumentJudgement.HasSecret(text);
    }

    /// <summary>Whether a text that was decoded holds no secret.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> text)
    {
        if (t_level == MaxLevels) return false;
        t_level++;
        try
        {
            return SecretShapes.Classify(text) < ValueShape.Base58Key;
        }
        finally
        {
            t_level--;
        }
    }

    /// <summary>Whether the word is such a document in base64.</summary>
    public static bool HasEncodedSecret(ReadOnlySpan<byte> word)
    {
        // {" {' [{ [" begin so; so do their forms with a space or a line.
        if (word.Length < MinEncoded || word[0] is not ((byte)'e' or (byte)'W' or (byte)'I') || t_level == MaxLevels) return false;
        var digits = word.TrimEnd((byte)'=');
        var bytes = ArrayPool<byte>.Shared.Rent(Base64Url.GetMaxDecodedLength(digits.Length) + 4);
        try
        {
            int written;
            if (digits.ContainsAny("+/"u8) || digits.Length != word.Length
                ? Base64.DecodeFromUtf8(word, bytes, out _, out written) != OperationStatus.Done
                : !TryDecodeUrl(digits, bytes, out written)) return false;
            return HasSecret(bytes.AsSpan(0, written));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    private static bool TryDecodeUrl(ReadOnlySpan<byte> digits, Span<byte> bytes, out int written) =>
        Base64Url.DecodeFromUtf8(digits, bytes, out _, out written) == OperationStatus.Done;
}
