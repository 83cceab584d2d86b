namespace Nexus.Operations.Json;

/// <summary>Decimals in JSON, as text or as a number, that never pass through floating point and are never rounded.</summary>
internal static class ExactDecimal
{
    private const int MaxScale = 28;
    private static readonly UInt128 MaxMantissa = (UInt128.One << 96) - 1;

    /// <summary>Reads a number as defined by RFC 8259: no plus sign, no spaces, no grouping.</summary>
    /// <param name="text">The number in ASCII.</param>
    /// <param name="value">The exact number.</param>
    /// <returns>False if the text is not a number, or if a <see cref="decimal"/> cannot represent it exactly.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out decimal value)
    {
        value = 0;
        var negative = text.StartsWith("-"u8);
        var rest = negative ? text[1..] : text;
        var whole = TakeDigits(ref rest);
        if (whole.IsEmpty || (whole.Length > 1 && whole[0] == '0')) return false;
        ReadOnlySpan<byte> fraction = [];
        if (rest.StartsWith("."u8))
        {
            rest = rest[1..];
            fraction = TakeDigits(ref rest);
            if (fraction.IsEmpty) return false;
        }
        if (!TryTakeExponent(ref rest, out var exponent) || !rest.IsEmpty) return false;

        // Zeros are added only when a digit follows, so that trailing zeros use no digits.
        var mantissa = UInt128.Zero;
        var zeros = 0;
        if (!TryAppend(whole, ref mantissa, ref zeros) || !TryAppend(fraction, ref mantissa, ref zeros)) return false;
        return mantissa == 0 || TryScale(mantissa, zeros - fraction.Length + exponent, negative, out value);
    }

    /// <summary>The shortest text of the number: no exponent, no trailing zeros, equal for every store.</summary>
    public static string Format(decimal value) => value.ToString("0.############################");

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits;
    }

    private static bool TryTakeExponent(scoped ref ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if (text.IsEmpty || (text[0] | 0x20) != 'e') return true;
        text = text[1..];
        var negative = text.StartsWith("-"u8);
        if (negative || text.StartsWith("+"u8)) text = text[1..];
        var digits = TakeDigits(ref text);
        if (digits.IsEmpty) return false;
        foreach (var digit in digits.TrimStart((byte)'0'))
        {
            if (exponent > 10_000) return false;
            exponent = exponent * 10 + (digit - '0');
        }
        if (negative) exponent = -exponent;
        return true;
    }

    private static bool TryAppend(ReadOnlySpan<byte> digits, ref UInt128 mantissa, ref int zeros)
    {
        foreach (var digit in digits)
        {
            zeros++;
            if (digit == '0') continue;
            if (mantissa == 0) zeros = 1;
            for (; zeros > 0; zeros--)
            {
                mantissa *= 10;
                if (mantissa > MaxMantissa) return false;
            }
            mantissa += (uint)(digit - '0');
            if (mantissa > MaxMantissa) return false;
        }
        return true;
    }

    private static bool TryScale(UInt128 mantissa, int exponent, bool negative, out decimal value)
    {
        value = 0;
        for (; exponent > 0; exponent--)
        {
            mantissa *= 10;
            if (mantissa > MaxMantissa) return false;
        }
        if (-exponent > MaxScale) return false;
        value = new decimal((int)(uint)mantissa, (int)(uint)(mantissa >> 32), (int)(uint)(mantissa >> 64), negative, (byte)-exponent);
        return true;
    }
}
