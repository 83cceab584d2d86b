namespace Nexus.Secrets;

/// <summary>Which numbers a store takes.</summary>
/// <remarks>
/// PostgreSQL keeps jsonb numbers as numeric and writes them out in full: <c>1e100000</c>, 8 bytes, comes back as 100,001. So the bounds are set by
/// what a document may grow to, not by what numeric can hold (131,072 digits before the point, 16,383 after it).
/// </remarks>
internal static class JsonNumber
{
    public const int MaxDigits = 1000;
    public const int MaxExponent = 400;

    /// <summary>The error for a number beyond the bounds.</summary>
    public static readonly string NotStorable = $"is a number with more than {MaxDigits} digits, or with an exponent beyond -{MaxExponent} to " +
        $"{MaxExponent}";

    /// <summary>Whether a JSON number is within the bounds.</summary>
    public static bool IsStorable(ReadOnlySpan<byte> number)
    {
        var e = number.IndexOfAny((byte)'e', (byte)'E');
        if (e < 0 && number.Length <= MaxDigits) return true;
        var digits = 0;
        foreach (var c in number)
        {
            if (char.IsAsciiDigit((char)c)) digits++;
        }
        return digits <= MaxDigits && (e < 0 || IsExponentStorable(number[(e + 1)..]));
    }

    /// <summary>Bytes of a number within the bounds as PostgreSQL writes it, without an exponent.</summary>
    public static int LengthWrittenOut(ReadOnlySpan<byte> number)
    {
        var e = number.IndexOfAny((byte)'e', (byte)'E');
        if (e < 0) return number.Length;
        var mantissa = number[..e].TrimStart((byte)'-');
        var point = mantissa.IndexOf((byte)'.');
        var (whole, fraction) = point < 0 ? (mantissa.Length, 0) : (point, mantissa.Length - point - 1);
        var exponent = int.Parse(number[(e + 1)..].TrimStart((byte)'+'), System.Globalization.CultureInfo.InvariantCulture);
        var scale = Math.Max(0, fraction - exponent);
        return (number[0] == '-' ? 1 : 0) + Math.Max(1, whole + exponent) + (scale == 0 ? 0 : 1 + scale);
    }

    private static bool IsExponentStorable(ReadOnlySpan<byte> exponent)
    {
        var digits = exponent.TrimStart("+-"u8).TrimStart((byte)'0');
        return digits.Length <= 3 && (digits.IsEmpty || int.Parse(digits) <= MaxExponent);
    }
}
