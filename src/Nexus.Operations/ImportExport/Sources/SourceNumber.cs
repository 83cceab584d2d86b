using System.Globalization;
using Nexus.Errors;

namespace Nexus.Operations.ImportExport;

/// <summary>Numbers of another program, exactly as decimals or refused.</summary>
internal static class SourceNumber
{
    /// <exception cref="NexusValidationException">It is not finite, or has more digits than a decimal holds.</exception>
    public static decimal FromDouble(string field, double number) =>
        double.IsFinite(number) ? Parse(field, number.ToString("R", CultureInfo.InvariantCulture))
            : throw new NexusValidationException(field, "must be a finite number");

    /// <exception cref="NexusValidationException">It is no number, or has more digits than a decimal holds.</exception>
    public static decimal Parse(string field, string text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (text.Length > 100 || !decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var number))
            throw new NexusValidationException(field, "must be a number that a decimal holds");
        // The parser rounds to 28 places. What it has cut off shows in the digits.
        return Digits(text) is { } digits && digits == Digits(number.ToString(CultureInfo.InvariantCulture))
            ? number
            : throw new NexusValidationException(field, "has more digits than a decimal holds");
    }

    /// <param name="field">What an error names.</param>
    /// <param name="number">The time since 1970.</param>
    /// <param name="unit">In ticks.</param>
    /// <exception cref="NexusValidationException">It is outside the years 1 to 9999.</exception>
    public static DateTimeOffset ToInstant(string field, decimal number, long unit)
    {
        // Before the product, which a decimal may not hold. A double of seconds is exact to about a quarter of a microsecond.
        if (number <= -DateTimeOffset.UnixEpoch.UtcTicks / unit
                || number >= (DateTimeOffset.MaxValue.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / unit)
            throw new NexusValidationException(field, "must be an instant in the years 1 to 9999");
        return DateTimeOffset.UnixEpoch.AddTicks((long)decimal.Truncate(number * unit));
    }

    /// <summary>The significant digits, without zeros at either end.</summary>
    private static string Digits(string text)
    {
        var end = text.AsSpan().IndexOfAny('e', 'E') is >= 0 and var exponent ? exponent : text.Length;
        return new string([.. text.AsSpan(0, end).ToArray().Where(char.IsAsciiDigit)]).Trim('0');
    }
}
