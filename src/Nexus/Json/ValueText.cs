using System.Globalization;

namespace Nexus.Json;

/// <summary>Instants and decimals as the text that documents hold: exact, and the same text for the same value.</summary>
internal static class ValueText
{
    private const string Iso = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>ISO 8601 in UTC with whole microseconds.</summary>
    public static string Of(DateTimeOffset at) => at.UtcDateTime.ToString(Iso, CultureInfo.InvariantCulture);

    /// <summary>No exponent, no trailing zeros, no negative zero, so that the sign can be seen without arithmetic.</summary>
    public static string Of(decimal value) => value == 0 ? "0" : value.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">It is no decimal.</exception>
    public static decimal ParseDecimal(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
