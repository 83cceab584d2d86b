using System.Buffers;
using System.Text;

namespace Nexus.Secrets;

/// <summary>Texts that are shown to people where they enter or read a secret: <c>Clave API</c>, <c>Please type your password</c>.</summary>
internal static class CaptionText
{
    private const int MaxLength = 200;
    private const int MaxCount = 2;
    private const int MinGenerated = 8;
    private const int MinGaps = 4;

    private static readonly SearchValues<byte> Signs = SearchValues.Create("=@$#%^&*_\\<>{}"u8);

    /// <summary>
    /// Several words, or letters alone, or pictures, or a version. A word that has letters and digits together may be a password and is no caption.
    /// </summary>
    public static bool Is(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || SealedFormat.HasPrefix(text)) return false;
        foreach (var range in text.Split((byte)' '))
        {
            if (AssignedSecrets.LooksChosen(text[range])) return false;
        }
        return text.Contains((byte)' ') || !text.ContainsAnyInRange((byte)'0', (byte)'9') || PlainSetting.IsFigure(text.TrimStart("^~v=<>"u8))
            || IsUngappedSentence(text);
    }

    /// <summary>Whether it is a caption that names a secret, in words or with a picture.</summary>
    public static bool NamesSecret(ReadOnlySpan<byte> text)
    {
        if (IsPicture(text)) return true;
        if (text.Length is < 3 or > MaxLength || text.ContainsAny(Signs) || !Is(text)) return false;
        // A count may be named, a number that somebody chose may not.
        if (LongestNumber(text) > MaxCount || (!text.Contains((byte)' ') && text.ContainsAnyInRange((byte)'0', (byte)'9'))) return false;
        var folded = NameFolding.Fold(Encoding.UTF8.GetString(text));
        // One small word alone may be a bad password: password, geheim.
        if (SecretNames.NamesSecret(folded)) return text.ContainsAny(" -"u8) || text[0] >= 0x80 || char.IsAsciiLetterUpper((char)text[0]);
        return !Ascii.IsValid(text) && NameLexicon.FindInside(folded) >= NameKind.Token;
    }

    /// <summary>Words that begin as a sentence does, none drawn at random: what captions that do not name a secret look like.</summary>
    public static bool IsPhrase(ReadOnlySpan<byte> text) => Is(text) && !GeneratedText.Is(text, MinGenerated) && text.Length <= MaxLength
        && (text.Contains((byte)' ') || text[0] >= 0x80 || char.IsAsciiLetterUpper((char)text[0])) && !text.ContainsAny(Signs);

    /// <summary>A sentence of five words or more that explains something: <c>Use the link on the login page</c>.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> text) => text.Count((byte)' ') >= MinGaps && IsPhrase(text)
        && (text[0] >= 0x80 || char.IsAsciiLetterUpper((char)text[0]));

    /// <summary><c>请输入6位数字密码</c>: scripts without gaps, with a count at most.</summary>
    private static bool IsUngappedSentence(ReadOnlySpan<byte> text) => text.ContainsAnyInRange((byte)0xE3, (byte)0xED)
        && LongestNumber(text) <= MaxCount && !text.ContainsAnyInRange((byte)'a', (byte)'z') && !text.ContainsAnyInRange((byte)'A', (byte)'Z');

    private static int LongestNumber(ReadOnlySpan<byte> text)
    {
        var (longest, length) = (0, 0);
        foreach (var c in text)
        {
            length = char.IsAsciiDigit((char)c) ? length + 1 : 0;
            longest = Math.Max(longest, length);
        }
        return longest;
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
