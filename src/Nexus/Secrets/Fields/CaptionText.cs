using System.Buffers;
using System.Text;

namespace Nexus.Secrets;

/// <summary>Texts that are shown to people where they enter or read a secret: <c>Clave API</c>, <c>Please type your password</c>.</summary>
internal static class CaptionText
{
    private const int MaxLength = 200;

    private static readonly SearchValues<byte> Signs = SearchValues.Create("=@$#%^&*_\\<>{}"u8);

    /// <summary>
    /// Several words, or letters alone, or pictures. What has letters and digits together may be a password and is no caption.
    /// </summary>
    public static bool Is(ReadOnlySpan<byte> text) => !text.IsEmpty && !SealedFormat.HasPrefix(text) && !AssignedSecrets.LooksChosen(text)
        && (text.Contains((byte)' ') || !text.ContainsAnyInRange((byte)'0', (byte)'9'));

    /// <summary>Whether it is a caption that names a secret, in words or with a picture.</summary>
    public static bool NamesSecret(ReadOnlySpan<byte> text)
    {
        if (IsPicture(text)) return true;
        if (text.Length is < 3 or > MaxLength || text.ContainsAny(Signs) || !Is(text)) return false;
        var folded = NameFolding.Fold(Encoding.UTF8.GetString(text));
        // One small word alone may be a bad password: password, geheim.
        if (SecretNames.NamesSecret(folded)) return text.ContainsAny(" -"u8) || text[0] >= 0x80 || char.IsAsciiLetterUpper((char)text[0]);
        return !Ascii.IsValid(text) && NameLexicon.FindInside(folded) >= NameKind.Token;
    }

    private static bool IsPicture(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 3 or > 24 || text[0] < 0xE2) return false;
        foreach (var rune in Encoding.UTF8.GetString(text).EnumerateRunes())
        {
            if (rune.Value < 0x2000 || Rune.IsLetterOrDigit(rune)) return false;
        }
        return true;
    }
}
