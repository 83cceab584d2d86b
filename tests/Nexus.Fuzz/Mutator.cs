namespace Nexus.Fuzz;

/// <summary>
/// Makes inputs from those of a corpus, the same ones for the same seed. It knows tokens (quoted texts, words, numbers, single signs), so that most
/// of what it makes gets past the first error of a parser.
/// </summary>
/// <param name="seed">Any number.</param>
/// <param name="corpus">At least one input.</param>
/// <param name="dictionary">Tokens that are inserted.</param>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> dictionary)
{
    private const int MaxLength = 64 * 1024;
    private const int MaxEdits = 4;

    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "127", "128", "255", "256", "32767", "65535", "2147483647", "-2147483648", "2147483648", "4294967296",
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "79228162514264337593543950335", "79228162514264337593543950336",
        "0.1", "1e1", "1e-28", "1e28", "1e29", "1e308", "1e-400", "1e9999", "00", "0x10", "NaN", "1.", ".5",
    ];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var text = Pick(corpus).ToList();
        for (var edits = 1 + _random.Next(MaxEdits); edits > 0; edits--) Edit(text);
        if (text.Count > MaxLength) text.RemoveRange(MaxLength, text.Count - MaxLength);
        return [.. text];
    }

    private void Edit(List<byte> text)
    {
        switch (_random.Next(12))
        {
            case 0: FlipBit(text); break;
            case 1: text.Insert(Place(text), (byte)_random.Next(256)); break;
            case 2: Cut(text); break;
            case 3: RemoveRange(text); break;
            case 4: RepeatRange(text); break;
            case 5: text.InsertRange(Place(text), Pick(dictionary)); break;
            case 6: ReplaceToken(text, Pick(dictionary)); break;
            case 7: ReplaceToken(text, TokenOf(Pick(corpus))); break;
            case 8: ReplaceToken(text, System.Text.Encoding.ASCII.GetBytes(Pick(Numbers))); break;
            case 9: SwapTokens(text); break;
            case 10: Splice(text, Pick(corpus)); break;
            default: ReplaceToken(text, []); break;
        }
    }

    private void FlipBit(List<byte> text)
    {
        if (text.Count == 0) return;
        text[_random.Next(text.Count)] ^= (byte)(1 << _random.Next(8));
    }

    private void Cut(List<byte> text)
    {
        var at = Place(text);
        text.RemoveRange(at, text.Count - at);
    }

    private void RemoveRange(List<byte> text)
    {
        var at = Place(text);
        text.RemoveRange(at, _random.Next(Math.Min(32, text.Count - at) + 1));
    }

    private void RepeatRange(List<byte> text)
    {
        var (start, length) = Token(text);
        if (length == 0) return;
        var token = text.GetRange(start, Math.Min(length, 64));
        for (var times = 1 << _random.Next(8); times > 0 && text.Count < MaxLength; times--) text.InsertRange(start, token);
    }

    private void ReplaceToken(List<byte> text, ReadOnlySpan<byte> other)
    {
        var (start, length) = Token(text);
        text.RemoveRange(start, length);
        text.InsertRange(start, other.ToArray());
    }

    private void SwapTokens(List<byte> text)
    {
        var (one, other) = (Token(text), Token(text));
        if (one.Start > other.Start) (one, other) = (other, one);
        if (one.Start + one.Length > other.Start) return;
        var (left, right) = (text.GetRange(one.Start, one.Length), text.GetRange(other.Start, other.Length));
        text.RemoveRange(other.Start, other.Length);
        text.InsertRange(other.Start, left);
        text.RemoveRange(one.Start, one.Length);
        text.InsertRange(one.Start, right);
    }

    private void Splice(List<byte> text, byte[] other)
    {
        Cut(text);
        text.AddRange(other.AsSpan(_random.Next(other.Length + 1)));
    }

    private byte[] TokenOf(byte[] text)
    {
        var all = text.ToList();
        var (start, length) = Token(all);
        return text.AsSpan(start, length).ToArray();
    }

    /// <summary>The token around a place.</summary>
    private (int Start, int Length) Token(List<byte> text)
    {
        if (text.Count == 0) return (0, 0);
        var at = _random.Next(text.Count);
        if (text[at] == '"')
        {
            var end = text.IndexOf((byte)'"', at + 1);
            return end < 0 ? (at, 1) : (at, end + 1 - at);
        }
        if (!IsWord(text[at])) return (at, 1);
        var start = at;
        while (start > 0 && IsWord(text[start - 1])) start--;
        while (at < text.Count && IsWord(text[at])) at++;
        return (start, at - start);
    }

    private static bool IsWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'.' or (byte)'-' or >= 0x80;

    private int Place(List<byte> text) => _random.Next(text.Count + 1);

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
