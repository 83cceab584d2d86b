using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// Names whose texts every version has sealed, so that plain text under one of them was not written by Nexus: reading it is an error.
/// </summary>
/// <remarks>
/// Narrower than <see cref="SecretFields"/> on purpose, and never widened: what only later versions consider a secret may be in plain text in a
/// store that an earlier one wrote, and must stay readable.
/// </remarks>
internal static class SealedNames
{
    private const int Longest = 64;

    private static readonly string[] Ends =
    [
        "apikey", "apikeys", "secret", "secretkey", "accesskey", "privatekey", "password", "passphrase", "seedphrase", "mnemonic",
        "token", "passwd", "passcode",
    ];

    /// <summary>Whether the current string is plain text under one of the names.</summary>
    /// <param name="cursor">Its place in the document.</param>
    /// <param name="context">The place of the document: a setting that is one text has the name of its key.</param>
    /// <param name="text">The string.</param>
    public static bool IsPlain(ref DocumentCursor cursor, SealContext context, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || SealedFormat.HasPrefix(text)) return false;
        if (cursor.Depth > 0) return !cursor.Frame.IsArray && Has(cursor.Name)
            && SecretJudge.IsSecretPlain(text, SecretFields.KindOf(cursor.Name), SecretContext.None) && !CaptionText.NamesSecret(text)
            && !(CaptionText.Is(text) && cursor.IsBelow(NameRole.Captions));
        var slash = context.Field.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && Has(Encoding.UTF8.GetBytes(context.Field[(slash + 1)..]));
    }

    /// <summary>Whether every version seals what stands under the name, but for coins and words of settings under the name of a token.</summary>
    public static bool Has(ReadOnlySpan<byte> name) => EndsAsSecretsDo(name) && SecretFields.IsSecretName(name);

    private static bool EndsAsSecretsDo(ReadOnlySpan<byte> name)
    {
        if (name.Length > Longest) return false;
        Span<char> compact = stackalloc char[Longest];
        var length = 0;
        foreach (var letter in name)
        {
            if (letter is (byte)'_' or (byte)'-') continue;
            if (!char.IsAsciiLetter((char)letter)) return false;
            compact[length++] = char.ToLowerInvariant((char)letter);
        }
        foreach (var end in Ends)
        {
            if (compact[..length].EndsWith(end)) return true;
        }
        return false;
    }
}
