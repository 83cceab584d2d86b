using System.Buffers;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// Names by which people and accounts are known: <c>li_moreau</c>, <c>ana@example.com</c>, <c>@celine:matrix.org</c>, <c>5720385</c>. They open
/// nothing without the secret beside them. What looks drawn at random may be half of a credential and is none.
/// </summary>
internal static class UserName
{
    private const int MaxLength = 64;
    private const int MaxDigits = 12;

    /// <summary>Applications are numbered so by Facebook (15), Discord (17 to 19) and Google (21).</summary>
    private const int MinApplication = 15;
    private const int MaxApplication = 21;

    private const int MaxCount = 4;
    private const int MaxAccount = 24;
    private const int MaxAccountLetters = 4;
    private const int MinGenerated = 6;
    private const int MinGeneratedMail = 12;

    private static readonly SearchValues<byte> Signs =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._- "u8);

    private static readonly SearchValues<byte> NumberSigns = SearchValues.Create("0123456789-"u8);
    private static readonly SearchValues<byte> MemberSigns = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);

    /// <summary><c>DU1745607</c>, <c>101-004-1234567-001</c>: capitals and a number, or groups of digits, as brokers number accounts.</summary>
    public static bool IsAccountNumber(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 5 or > MaxAccount) return false;
        var digits = text.TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
        var letters = text.Length - digits.Length;
        if (digits.IsEmpty || digits.ContainsAnyExcept(NumberSigns)) return false;
        return letters is > 0 and <= MaxAccountLetters ? !digits.Contains((byte)'-') : letters == 0 && digits.Count((byte)'-') >= 2;
    }

    /// <summary><c>U07AB12CDEF</c>: a member, team or channel of Slack.</summary>
    private static bool IsMember(ReadOnlySpan<byte> text) => text.Length is >= 9 and <= 11 && "UWTCBDGA"u8.Contains(text[0])
        && !text.ContainsAnyExcept(MemberSigns);

    public static bool IsPlain(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > MaxLength) return false;
        if (IsAccountNumber(text) || IsMember(text) || PlainValue.IsPhone(text)) return true;
        if (!text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return text.Length <= MaxDigits
            || text.Length is >= MinApplication and <= MaxApplication;
        if (text[0] == '@') text = text[1..] is var name && name.IndexOf((byte)':') is var colon and > 0 && PlainValue.Is(name[(colon + 1)..])
            ? name[..colon] : name;
        else if (text.IndexOf((byte)'@') is var at and > 0) return PlainValue.Is(text) && !GeneratedText.Is(text[..at], MinGeneratedMail);
        if (text.IsEmpty || (text.ContainsAnyExcept(Signs) && Ascii.IsValid(text)) || GeneratedText.Is(text, MinGenerated)) return false;
        foreach (var range in text.SplitAny("._- "u8))
        {
            var piece = text[range];
            if (!ReadablePiece.Is(piece) && Ascii.IsValid(piece)) return false;
            var letters = piece.TrimEnd("0123456789"u8);
            if (piece.Length - letters.Length > MaxCount || letters.ContainsAnyInRange((byte)'0', (byte)'9')) return false;
        }
        return true;
    }
}
