using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;

namespace Nexus.StoreContract.Properties;

/// <summary>Random values over the whole range that the engine accepts, with the awkward ones often.</summary>
internal static class Gens
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Gen<int> CodePoint = Gen.Frequency(
        (6, Gen.Int[0x20, 0x7E]),
        (2, Gen.OneOf('"', '\\', '/', '\'', ',', '{', '}', '%', '$', '\u007F').Select(c => (int)c)),
        (1, Gen.Int[0x01, 0x1F]),
        (2, Gen.Int[0x80, 0x7FF]),
        (2, Gen.Int[0x800, 0xD7FF]),
        (1, Gen.Int[0xE000, 0xFFFF]),
        (1, Gen.OneOf(0x2028, 0x200B, 0x202E, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x0301, 0x1F680, 0x10FFFF)),
        (2, Gen.Int[0x10000, 0x10FFFF]));

    /// <summary>Any Unicode text without NUL and lone surrogates.</summary>
    public static Gen<string> Text(int minLength, int maxLength) => CodePoint.Array[minLength, maxLength].Select(points =>
    {
        var text = new StringBuilder();
        foreach (var point in points) text.Append(new Rune(point));
        return text.ToString();
    });

    /// <summary>numeric(20,8): every value from −999999999999.99999999 to 999999999999.99999999, small and extreme ones often.</summary>
    public static readonly Gen<decimal> Money = Decimal(999_999_999_999, 100_000_000);

    /// <summary>numeric(10,4).</summary>
    public static readonly Gen<decimal> Percent = Decimal(999_999, 10_000);

    /// <summary>Whole microseconds from 2000 to 2099.</summary>
    public static readonly Gen<DateTimeOffset> Instant = Gen.Frequency(
        (8, Gen.Long[0, LastMicrosecond]),
        (1, Gen.OneOf(0L, 1L, LastMicrosecond, LastMicrosecond - 1)))
        .Select(microseconds => First.AddMicroseconds(microseconds));

    /// <summary>Any JSON document as text, up to so many levels of nesting.</summary>
    public static Gen<string> Json(int depth) => depth == 0
        ? Scalar
        : Gen.Frequency((3, Scalar), (2, Json(depth - 1).Array[0, 4].Select(items => $"[{string.Join(',', items)}]")),
            (3, JsonObject(depth, Text(0, 8))));

    /// <summary>A JSON object.</summary>
    public static Gen<string> JsonObject(int depth, Gen<string> name) =>
        Gen.Select(name, Json(depth - 1)).Array[0, 6].Select(members =>
            "{" + string.Join(',', members.DistinctBy(member => member.Item1).Select(member => Quote(member.Item1) + ":" + member.Item2)) + "}");

    /// <summary>A JSON object of few names, so that two of them often have the same, with nulls and objects often: for merge patches.</summary>
    public static Gen<string> Mergeable(int depth)
    {
        var name = Gen.OneOf("a", "b", "c", "", "á\"");
        var value = depth == 0
            ? Gen.OneOf(Gen.Const("null"), Scalar)
            : Gen.Frequency((2, Gen.Const("null")), (2, Scalar), (1, Gen.Const("[1,{\"a\":null}]")), (4, Mergeable(depth - 1)));
        return Gen.Select(name, value).Array[0, 4].Select(members =>
            "{" + string.Join(',', members.DistinctBy(member => member.Item1).Select(member => Quote(member.Item1) + ":" + member.Item2)) + "}");
    }

    public static string Quote(string text) => JsonSerializer.Serialize(text, Readable);

    private static DateTimeOffset First => new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static long LastMicrosecond => (long)(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero) - First).TotalMicroseconds - 1;

    private static Gen<string> Scalar => Gen.Frequency(
        (3, Text(0, 12).Select(Quote)),
        (2, Gen.Int.Select(number => number.ToString(CultureInfo.InvariantCulture))),
        (1, Gen.Double.Where(double.IsFinite).Select(number => number.ToString("R", CultureInfo.InvariantCulture))),
        (1, Gen.Decimal.Select(number => number.ToString(CultureInfo.InvariantCulture))),
        (1, Gen.OneOf("0", "-0", "0.0", "1e2", "1E+2", "12345678901234567890123456789012345678901234567890", "0.1000000000000000055511151231257827",
            "1e-20", "9007199254740993", "-9223372036854775808")),
        (2, Gen.OneOf("true", "false", "null")));

    private static Gen<decimal> Decimal(long whole, int units)
    {
        var places = (decimal)units;
        return Gen.Frequency(
            (4, Gen.Select(Gen.Long[-whole, whole], Gen.Int[0, units - 1], (high, low) => high + Math.Sign(high) * (low / places))),
            (4, Gen.Select(Gen.Int[-1000, 1000], Gen.Int[0, units - 1], (high, low) => high + (high < 0 ? -low : low) / places)),
            (1, Gen.OneOf(0m, 1 / places, -1 / places, whole + (units - 1) / places, -whole - (units - 1) / places, whole, -whole, 0.5m)));
    }
}
