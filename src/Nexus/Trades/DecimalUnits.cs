using System.Globalization;
using System.Numerics;
using Nexus.Errors;

namespace Nexus.Trades;

/// <summary>
/// Money as whole units of 10⁻¹⁸, where sums are exact. <see cref="decimal"/> would round a sum of more than 28 digits without saying so.
/// </summary>
internal static class DecimalUnits
{
    public const int Places = Validation.AmountPlaces;

    /// <summary>The largest whole number of a decimal.</summary>
    private static readonly BigInteger MaxMantissa = (BigInteger)decimal.MaxValue;

    private static readonly BigInteger[] Powers = [.. Enumerable.Range(0, 29).Select(exponent => BigInteger.Pow(10, exponent))];

    /// <summary>All digits of a number of such units.</summary>
    public static string ToText(BigInteger units, int places = Places)
    {
        var digits = BigInteger.Abs(units).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        var sign = units.Sign < 0 ? "-" : "";
        var fraction = digits[^places..].TrimEnd('0');
        return fraction.Length == 0 ? $"{sign}{digits[..^places]}" : $"{sign}{digits[..^places]}.{fraction}";
    }

    /// <summary>Reads plain decimal text with at most 18 places.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    /// <exception cref="OverflowException">It does not fit 128 bits.</exception>
    public static Int128 Parse(ReadOnlySpan<char> text)
    {
        Int128 units = 0;
        var negative = text is ['-', ..];
        var digits = negative ? text[1..] : text;
        var places = -1;
        foreach (var c in digits)
        {
            if (c == '.' && places < 0) places = 0;
            else if (char.IsAsciiDigit(c) && places < Places)
            {
                units = checked(units * 10 + (c - '0'));
                if (places >= 0) places++;
            }
            else throw new FormatException("not a plain decimal of at most 18 places");
        }
        if (digits.Length == 0) throw new FormatException("an empty string is not a decimal");
        for (var i = Math.Max(places, 0); i < Places; i++) units = checked(units * 10);
        return negative ? -units : units;
    }

    /// <summary>
    /// The units of a JSON number, rounded half away from zero; null for any other JSON value and for numbers of 10¹² and more.
    /// </summary>
    public static Int128? RoundNumber(ReadOnlySpan<char> json)
    {
        if (json.IsEmpty || json[0] != '-' && !char.IsAsciiDigit(json[0])) return null;
        var exponentAt = json.IndexOfAny('e', 'E');
        var exponent = 0;
        if (exponentAt >= 0 && !int.TryParse(json[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            return null;
        var mantissa = exponentAt < 0 ? json : json[..exponentAt];
        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
        if (number.IsZero) return 0;
        // The number times ten to this power is its units.
        var power = Places + (long)exponent - (point < 0 ? 0 : mantissa.Length - 1 - point);
        if (power > 0 && power + digits.TrimStart('-').TrimStart('0').Length > Places + 12) return null;
        if (power < -digits.Length) return 0;
        var units = power >= 0 ? number * BigInteger.Pow(10, (int)power) : DivideRounded(number, BigInteger.Pow(10, (int)-power));
        // Judged before it is rounded, as PostgreSQL does.
        var limit = BigInteger.Pow(10, Places + 12);
        var isLess = power >= 0 ? BigInteger.Abs(units) < limit : BigInteger.Abs(number) < limit * BigInteger.Pow(10, (int)-power);
        return isLess ? (Int128)units : null;
    }

    /// <summary>The units of a value with at most 18 places.</summary>
    public static BigInteger Of(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        BigInteger mantissa = new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);
        var units = value.Scale <= Places ? mantissa * Powers[Places - value.Scale] : mantissa / Powers[value.Scale - Places];
        return value < 0 ? -units : units;
    }

    /// <summary>
    /// A quotient rounded half away from zero to 18 places, or to as many as 28 digits leave; as nexus_quotient in PostgreSQL.
    /// </summary>
    /// <exception cref="OverflowException">It has more than 28 digits before the point.</exception>
    public static decimal Quotient(BigInteger numerator, BigInteger denominator)
    {
        var whole = BigInteger.Abs(numerator) / BigInteger.Abs(denominator);
        var digits = whole.IsZero ? 0 : whole.ToString(CultureInfo.InvariantCulture).Length;
        var places = Math.Clamp(Validation.AmountDigits - digits, 0, Places);
        return ToDecimal(DivideRounded(numerator * Powers[places], denominator), places);
    }

    /// <summary>The value as a decimal, exactly.</summary>
    /// <exception cref="OverflowException">It needs more than the 96 bits of a decimal's digits.</exception>
    public static decimal ToDecimal(BigInteger units, int places = Places)
    {
        while (places > 0 && units % 10 == 0) (units, places) = (units / 10, places - 1);
        var digits = decimal.GetBits((decimal)units);
        return new decimal(digits[0], digits[1], digits[2], units.Sign < 0, (byte)places);
    }

    /// <summary>
    /// The value as a decimal if one holds it. Otherwise it is rounded half away from zero to as many places as 28 digits leave, and beyond the range
    /// it is the end of the range.
    /// </summary>
    public static decimal ToNearest(BigInteger units, int places, out bool isExact)
    {
        while (places > 0 && (units % 10).IsZero) (units, places) = (units / 10, places - 1);
        isExact = BigInteger.Abs(units) <= MaxMantissa;
        if (isExact) return ToDecimal(units, places);
        var surplus = BigInteger.Abs(units).ToString(CultureInfo.InvariantCulture).Length - Validation.AmountDigits;
        var cut = Math.Min(surplus, places);
        var rounded = DivideRounded(units, BigInteger.Pow(10, cut));
        return BigInteger.Abs(rounded) <= MaxMantissa ? ToDecimal(rounded, places - cut)
            : units.Sign < 0 ? decimal.MinValue : decimal.MaxValue;
    }

    /// <summary>Rounds half away from zero, as PostgreSQL's round(numeric) does.</summary>
    public static BigInteger DivideRounded(BigInteger numerator, BigInteger denominator)
    {
        var twice = BigInteger.Abs(numerator) * 2 + BigInteger.Abs(denominator);
        var magnitude = twice / (BigInteger.Abs(denominator) * 2);
        return numerator.Sign * denominator.Sign < 0 ? -magnitude : magnitude;
    }
}
