using System.Buffers;

namespace Nexus.Secrets;

/// <summary>Keys as lists of bytes, as Solana's tools write them: 32 or 64 whole numbers of 0 to 255 that look drawn at random.</summary>
internal struct ByteList
{
    /// <summary>Longer lists are no keys.</summary>
    public const int MaxLength = LongKey + 1;

    private static readonly SearchValues<byte> Characters = SearchValues.Create("0123456789, []\n\r\t"u8);

    private const int ShortKey = 32;
    private const int LongKey = 64;
    private const byte High = 200;
    private const byte Low = 56;

    private int _count, _rises;
    private byte _last;
    private bool _isOther, _hasHigh, _hasLow;

    /// <summary>Adds a number as it is written.</summary>
    public void Add(ReadOnlySpan<byte> number)
    {
        if (_isOther || number.Length > 3 || !byte.TryParse(number, out var value))
        {
            _isOther = true;
            return;
        }
        if (_count > 0 && value >= _last) _rises++;
        (_last, _count) = (value, _count + 1);
        _hasHigh |= value >= High;
        _hasLow |= value <= Low;
    }

    /// <summary>The list is over. A curve or a count rises or falls all along, percentages end at 100.</summary>
    public readonly bool IsKey => !_isOther && _count is ShortKey or LongKey && _hasHigh && _hasLow && _rises > _count / 5
        && _rises < _count - (_count / 5);

    /// <summary>Whether a text is such a list, with commas or spaces between.</summary>
    public static bool IsIn(ReadOnlySpan<byte> text)
    {
        if (IsList(text)) return true;
        // Between brackets in a longer text; each bracket ends the search for the one before.
        for (int open; (open = text.IndexOf((byte)'[')) >= 0; text = text[(open + 1)..])
        {
            var close = text[(open + 1)..].IndexOfAny((byte)'[', (byte)']');
            if (close < 0) return false;
            if (close >= 2 * ShortKey && IsList(text.Slice(open + 1, close))) return true;
        }
        return false;
    }

    private static bool IsList(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 2 * ShortKey or > 8 * LongKey || text.ContainsAnyExcept(Characters)) return false;
        var list = new ByteList();
        foreach (var range in text.SplitAny(", []\n\r\t"u8))
        {
            if (!text[range].IsEmpty) list.Add(text[range]);
        }
        return list.IsKey;
    }
}
