using System.Buffers;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// Single words that a machine seems to have made, or a person as a password: too short to be told from an id by their look alone
/// (<see cref="RandomText"/>), but secrets under a name or beside neighbours that say so.
/// </summary>
internal static class GeneratedText
{
    private const int UuidLength = 36;
    private const int MinGroup = 4;

    private static readonly SearchValues<byte> GroupCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);

    /// <summary>Whether the value is one such word of at least <paramref name="minLength"/> bytes.</summary>
    public static bool Is(ReadOnlySpan<byte> value, int minLength)
    {
        if (value.Length < minLength || value.Length > 4096 || value.ContainsAny(" \t\r\n"u8) || PublicAddress.Classify(value) == ValueShape.Address)
            return false;
        if (IsUuid(value) || IsGrouped(value)) return true;
        // A document or the template of one, whose members have been judged.
        if (value is [(byte)'{', .., (byte)'}'] && value.IndexOf("\":"u8) > 0) return false;
        if (PublicText.IsPublicId(value) || PlainSetting.IsDatedContract(value) || PlainSetting.IsListed(value)) return false;
        var letters = value.ContainsAnyInRange((byte)'a', (byte)'z') || value.ContainsAnyInRange((byte)'A', (byte)'Z');
        var digits = value.ContainsAnyInRange((byte)'0', (byte)'9');
        if (!letters) return false;
        var unreadable = 0;
        foreach (var range in value.SplitAny("/_=+-.:,@{}"u8))
        {
            var piece = value[range];
            // Letters of other alphabets are words, not keys.
            if (piece.ContainsAnyInRange((byte)0x80, (byte)0xFF) && !piece.ContainsAnyInRange((byte)'0', (byte)'9')) continue;
            if (!ReadablePiece.Is(piece)) unreadable += piece.Length;
        }
        // Half of it, and more than an abbreviation: hunter2 and BTC-2024 are readable, x7Kq9 is not.
        return unreadable >= 5 && 2 * unreadable >= value.Length && (digits || unreadable >= 10);
    }

    /// <summary><c>5LBIRM95-FDF2TX7R-15LITFTQ-B8GB1ZV6</c>: groups of one length, of capitals and digits that make no words.</summary>
    private static bool IsGrouped(ReadOnlySpan<byte> value)
    {
        var length = value.IndexOf((byte)'-');
        // GK-OI9N-N8NW-PQBH: whose license it is.
        if (length is >= 2 and <= 5 && !value[..length].ContainsAnyExceptInRange((byte)'A', (byte)'Z')
            && value[(length + 1)..].IndexOf((byte)'-') is var next && next != length)
        {
            value = value[(length + 1)..];
            length = next;
        }
        if (length < MinGroup || value.Length < (3 * length) + 2 || (value.Length + 1) % (length + 1) != 0) return false;
        var (mixed, isUnreadable) = (0, false);
        for (var rest = value; ; rest = rest[(length + 1)..])
        {
            var group = rest[..length];
            if (group.ContainsAnyExcept(GroupCharacters)) return false;
            if (group.ContainsAnyInRange((byte)'0', (byte)'9') && group.ContainsAnyInRange((byte)'A', (byte)'Z')) mixed++;
            isUnreadable |= !ReadablePiece.Is(group);
            if (rest.Length == length) return isUnreadable && mixed >= 2;
            if (rest[length] != '-') return false;
        }
    }

    /// <summary>A UUID with hyphens.</summary>
    public static bool IsUuid(ReadOnlySpan<byte> value) => value.Length == UuidLength
        && Guid.TryParseExact(Encoding.ASCII.GetString(value), "D", out _);
}
