using System.Buffers;

namespace Nexus.Secrets;

/// <summary>What people put between separators: a word, a number, a word with a number, words in camel case, a compact timestamp.</summary>
internal static class ReadablePiece
{
    private const int MaxWord = 24;
    private const int MaxNumber = 6;

    private static readonly SearchValues<byte> Vowels = SearchValues.Create("aeiouy"u8);

    public static bool Is(ReadOnlySpan<byte> piece) => IsReadable(piece)
        // Servers of MetaTrader: Exness-MT5Real8.
        || (piece.Length > 3 && (piece.StartsWith("MT4"u8) || piece.StartsWith("MT5"u8)) && IsReadable(piece[3..]));

    private static bool IsReadable(ReadOnlySpan<byte> piece) => piece.Length <= 2 || IsNumber(piece) || IsWordAndNumber(piece) || IsWordAndSpan(piece)
        || IsCamelCase(piece)
        || IsTimestamp(piece);

    private static bool IsNumber(ReadOnlySpan<byte> piece) => !piece.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary><c>breakout</c>, <c>RSI14</c>, <c>15m</c>, <c>1000PEPEUSDT</c>: one word, a number before or after it or none.</summary>
    private static bool IsWordAndNumber(ReadOnlySpan<byte> piece)
    {
        var word = piece.TrimStart("0123456789"u8);
        var before = piece.Length - word.Length;
        var length = word.Length;
        word = word.TrimEnd("0123456789"u8);
        var after = length - word.Length;
        return before <= MaxNumber && after <= MaxNumber && (before == 0 || after == 0) && word.Length is > 0 and <= MaxWord
            && (IsLower(word) || IsUpper(word) || (IsUpper(word[..1]) && IsLower(word[1..])));
    }

    /// <summary><c>volume24h</c>: a word and a length of time.</summary>
    private static bool IsWordAndSpan(ReadOnlySpan<byte> piece)
    {
        var word = piece.TrimEnd("smhdwMHDW"u8).TrimEnd("0123456789"u8);
        return piece.Length - word.Length is 2 or 3 or 4 && char.IsAsciiDigit((char)piece[^2]) && word.Length is >= 3 and <= MaxWord
            && IsLower(word) && word.ContainsAny(Vowels);
    }

    /// <summary>
    /// <c>emaCross20WithRSIFilterV2</c>: two small letters at least after a capital and three after several, a vowel in each longer word, and words
    /// that are not all short. Text drawn at random breaks one or the other within a few characters.
    /// </summary>
    private static bool IsCamelCase(ReadOnlySpan<byte> piece)
    {
        var length = piece.Length;
        var first = Run(piece, (byte)'a', (byte)'z');
        if (first > MaxWord || (first >= 3 && !piece[..first].ContainsAny(Vowels))) return false;
        var words = first > 0 ? 1 : 0;
        piece = piece[first..];
        while (!piece.IsEmpty)
        {
            var capitals = Run(piece, (byte)'A', (byte)'Z');
            var small = Run(piece[capitals..], (byte)'a', (byte)'z');
            var digits = Run(piece[(capitals + small)..], (byte)'0', (byte)'9');
            var word = piece;
            piece = piece[(capitals + small + digits)..];
            words++;
            if (capitals + small > MaxWord || digits > MaxNumber) return false;
            // After a number only a capital begins a word; capitals alone only stand at the end.
            var least = capitals > 1 ? 3 : capitals == 1 && small == 1 && IsShortWord(word[..2]) ? 1 : 2;
            if (capitals == 0 ? small > 0 || digits == 0 : small == 0 ? !piece.IsEmpty : small < least) return false;
            if (small >= 3 && !word[capitals..(capitals + small)].ContainsAny(Vowels)) return false;
        }
        return 2 * length >= 7 * words;
    }

    /// <summary><c>ParticipateDoNotInitiate</c>, <c>stopAtLoss</c>.</summary>
    private static bool IsShortWord(ReadOnlySpan<byte> word) => "AsAtByDoIfInIsMyNoOfOnOrToUp"u8.IndexOf(word) is var at && at >= 0 && at % 2 == 0;

    /// <summary><c>20260131T235959Z</c>.</summary>
    private static bool IsTimestamp(ReadOnlySpan<byte> piece)
    {
        var time = piece.TrimEnd("Zz"u8);
        return time.Length is >= 13 and <= 18 && time[8] is (byte)'T' or (byte)'t' && IsNumber(time[..8]) && IsNumber(time[9..]);
    }

    private static bool IsLower(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'a', (byte)'z');

    private static bool IsUpper(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'A', (byte)'Z');

    private static int Run(ReadOnlySpan<byte> text, byte low, byte high) => text.IndexOfAnyExceptInRange(low, high) is var end and >= 0 ? end
        : text.Length;
}
