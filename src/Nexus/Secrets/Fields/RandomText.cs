using System.Buffers;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// Long words that look drawn at random, as the keys of exchanges do: 32 characters or more of letters and digits in no readable order. Readable are
/// words and numbers between separators (<c>EMA_CROSS_20_50_RSI_FILTER_V2_AGGRESSIVE</c>), UUIDs and timestamps.
/// </summary>
internal static class RandomText
{
    private const int MinLength = 32;

    /// <summary>
    /// Unreadable characters that a name may hold: an odd abbreviation, but no key. Fewer where signs of base64 stand that names seldom have.
    /// </summary>
    private const int MaxUnreadable = 10;
    private const int MaxUnreadableInBase64 = 5;

    private const int UuidLength = 36;

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-"u8);

    /// <summary>Whether a stretch of the word looks random.</summary>
    public static bool IsIn(ReadOnlySpan<byte> word)
    {
        while (word.Length >= MinLength)
        {
            var end = word.IndexOfAnyExcept(Alphabet);
            var stretch = end < 0 ? word : word[..end];
            if (stretch.Length >= MinLength && IsRandom(stretch)) return true;
            word = end < 0 ? [] : word[(end + 1)..];
        }
        return false;
    }

    private static bool IsRandom(ReadOnlySpan<byte> stretch)
    {
        if (!stretch.ContainsAnyInRange((byte)'0', (byte)'9') || !HasLetter(stretch)) return false;
        var unreadable = 0;
        foreach (var segment in stretch.SplitAny("/_=+"u8))
        {
            var part = stretch[segment];
            if (part.Length == UuidLength && Guid.TryParseExact(Encoding.ASCII.GetString(part), "D", out _)) continue;
            foreach (var piece in part.Split((byte)'-'))
            {
                if (!ReadablePiece.Is(part[piece])) unreadable += part[piece].Length;
            }
        }
        return unreadable > (stretch.ContainsAny((byte)'+', (byte)'=') ? MaxUnreadableInBase64 : MaxUnreadable);
    }

    private static bool HasLetter(ReadOnlySpan<byte> text) => text.ContainsAnyInRange((byte)'a', (byte)'z')
        || text.ContainsAnyInRange((byte)'A', (byte)'Z');
}
