using System.Globalization;

namespace Nexus.Server.Dashboard;

/// <summary>How numbers, sizes and times are written. The server runs without the cultures of .NET.</summary>
public sealed class Formats
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    private readonly NumberFormatInfo _numbers;

    /// <summary>The formats of a language.</summary>
    /// <param name="decimalMark">Before the fraction.</param>
    /// <param name="groupMark">Between groups of three digits.</param>
    public Formats(char decimalMark, char groupMark)
    {
        _numbers = (NumberFormatInfo)NumberFormatInfo.InvariantInfo.Clone();
        (_numbers.NumberDecimalSeparator, _numbers.NumberGroupSeparator) = (decimalMark.ToString(), groupMark.ToString());
        _numbers.NegativeSign = "−";
    }

    /// <summary>A whole number.</summary>
    public string Count(long number) => number.ToString("N0", _numbers);

    /// <summary>A number with few digits: whole from 100, one place from 10, two below.</summary>
    public string Short(double number) => number.ToString(Math.Abs(number) >= 100 ? "N0" : Math.Abs(number) >= 10 ? "N1" : "N2", _numbers);

    /// <summary>A share of 1 in percent.</summary>
    public string Percent(double share) => $"{(share * 100).ToString(share is > 0 and < 0.1 ? "N1" : "N0", _numbers)} %";

    /// <summary>An exact amount with at least two places, and all of the 18 that amounts of trades may have.</summary>
    public string Money(decimal amount) => amount.ToString("#,##0.00################", _numbers);

    /// <summary>An amount with its sign.</summary>
    public string Signed(decimal amount) => (amount > 0 ? "+" : "") + Money(amount);

    /// <summary>An amount rounded to two places, with its sign.</summary>
    public string SignedRounded(decimal amount) => (amount > 0 ? "+" : "") + amount.ToString("N2", _numbers);

    /// <summary>Bytes in the unit that fits.</summary>
    public string Bytes(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1024 && unit < Units.Length - 1; unit++) size /= 1024;
        return $"{(unit == 0 ? Count(bytes) : Short(size))} {Units[unit]}";
    }

    /// <summary>Seconds as milliseconds, for latencies.</summary>
    public string Milliseconds(double seconds) => $"{Short(seconds * 1000)} ms";

    /// <summary>A length of time in its two largest units.</summary>
    public static string Length(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "< 1 s",
        { TotalMinutes: < 1 } => $"{time.Seconds} s",
        { TotalHours: < 1 } => time.Seconds == 0 ? $"{time.Minutes} min" : $"{time.Minutes} min {time.Seconds} s",
        { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes} min",
        _ => $"{(int)time.TotalDays} d {time.Hours} h",
    };

    /// <summary>A time in UTC, to the minute.</summary>
    public static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A time in UTC, to the second.</summary>
    public static string Second(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A day in UTC.</summary>
    public static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A time for programs.</summary>
    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
