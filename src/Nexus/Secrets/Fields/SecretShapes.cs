using System.Buffers;

namespace Nexus.Secrets;

/// <summary>Values that are secrets under any name, told by how they look.</summary>
internal static class SecretShapes
{
    /// <summary>The shortest is a URL with a password: <c>a://b:c@d</c>.</summary>
    private const int MinLength = 8;

    /// <summary>Shorter values are secrets only if they say so: with a password in a URL, or as name=value.</summary>
    private const int MinShapeLength = 16;

    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" \t\r\n,;|\"'`<>()[]{}"u8);
    private static readonly SearchValues<byte> AssignmentEnds = SearchValues.Create("?&#"u8);

    /// <summary>Whether any word of the value is a secret, or the whole is.</summary>
    public static bool IsSecret(ReadOnlySpan<byte> value)
    {
        if (value.Length < MinLength || (value.Length < MinShapeLength && value.IndexOfAny((byte)'@', (byte)'=') < 0)) return false;
        if (value.IndexOf("PRIVATE KEY"u8) >= 0 && value.IndexOf("-----BEGIN "u8) >= 0) return true;
        if (MnemonicShape.Matches(value)) return true;
        var afterScheme = false;
        for (var rest = value; !rest.IsEmpty;)
        {
            var end = rest.IndexOfAny(WordEnds);
            var word = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (word.Length >= MinLength && ((afterScheme && word.Length >= MinShapeLength) || IsSecretWord(word))) return true;
            // Authorization: Bearer …
            afterScheme = word.SequenceEqual("Bearer"u8) || word.SequenceEqual("Basic"u8);
        }
        return false;
    }

    private static bool IsSecretWord(ReadOnlySpan<byte> word) =>
        UrlPassword.IsIn(word)
        || AssignsSecret(word)
        || (word.Length >= MinShapeLength
            && (KnownTokens.IsIn(word) || FernetToken.IsToken(word) || RandomText.IsIn(word)));

    /// <summary><c>password=…</c> as in connection strings, <c>?api_key=…</c> as in URLs.</summary>
    private static bool AssignsSecret(ReadOnlySpan<byte> word)
    {
        if (word.IndexOf((byte)'=') < 0) return false;
        while (!word.IsEmpty)
        {
            var end = word.IndexOfAny(AssignmentEnds);
            var part = end < 0 ? word : word[..end];
            word = end < 0 ? [] : word[(end + 1)..];
            var equals = part.IndexOf((byte)'=');
            if (equals > 0 && equals < part.Length - 1 && SecretFields.IsSecretName(part[..equals])) return true;
        }
        return false;
    }
}
