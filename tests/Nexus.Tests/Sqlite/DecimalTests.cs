using System.Globalization;
using System.Numerics;
using CsCheck;
using Nexus.Trades;

namespace Nexus.Tests.Sqlite;

public sealed class DecimalTests
{
    private static readonly Gen<decimal> Money = Gen
        .Select(Gen.Long[-9_999_999_999_999_999, 9_999_999_999_999_999], Gen.Int[0, 18], Gen.Int[0, 99_999])
        .Select((digits, places, more) => new decimal(digits) / Power(places) + (places == 18 ? more * 0.000_000_000_000_000_001m : 0));

    private static decimal Power(int places) => (decimal)BigInteger.Pow(10, places);

    [Fact]
    public void Every_amount_survives_its_text_and_its_units() => Money.Sample(value =>
    {
        var text = Nexus.Json.ValueText.Of(value);
        var units = DecimalUnits.Parse(text);
        return decimal.Parse(text, CultureInfo.InvariantCulture) == value
            && DecimalUnits.Of(value) == units
            && DecimalUnits.ToDecimal(units) == value
            && DecimalUnits.ToText(units) == text;
    });

    [Theory]
    [InlineData("0.00", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1.50000000", "1.5")]
    [InlineData("0.00000001", "0.00000001")]
    [InlineData("-999999999999.99999999", "-999999999999.99999999")]
    public void Text_is_canonical(string value, string expected) =>
        Assert.Equal(expected, Nexus.Json.ValueText.Of(decimal.Parse(value, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1e3")]
    [InlineData("1.1234567890123456789")]
    [InlineData("1.2.3")]
    [InlineData("NaN")]
    public void Text_that_is_no_plain_decimal_is_refused(string text) => Assert.Throws<FormatException>(() => DecimalUnits.Parse(text));

    [Theory]
    [InlineData(5, 10, 1)]
    [InlineData(-5, 10, -1)]
    [InlineData(4, 10, 0)]
    [InlineData(15, 10, 2)]
    [InlineData(-25, 10, -3)]
    [InlineData(7, -2, -4)]
    public void Division_rounds_half_away_from_zero(int numerator, int denominator, int expected) =>
        Assert.Equal(expected, DecimalUnits.DivideRounded(numerator, denominator));

    [Fact]
    public void A_sum_with_more_digits_than_a_decimal_is_an_error_and_no_rounding()
    {
        var largest = BigInteger.Pow(2, 96) - 1;
        Assert.Equal(79228162514.264337593543950335m, DecimalUnits.ToDecimal(largest));
        Assert.Equal(decimal.MaxValue, DecimalUnits.ToDecimal(largest * BigInteger.Pow(10, 18)));
        Assert.Throws<OverflowException>(() => DecimalUnits.ToDecimal(largest + 2));
    }

    [Theory]
    [InlineData("1500000000000000000", 18, "1.5", true)]
    [InlineData("79228162514264337593543950335", 18, "79228162514.264337593543950335", true)]
    [InlineData("79228162514264337593543950336", 18, "79228162514.26433759354395034", false)]
    [InlineData("-99999999999999999999999999999", 18, "-100000000000", false)]
    [InlineData("123456789012345678901234567890123400000000", 8, "79228162514264337593543950335", false)]
    [InlineData("-123456789012345678901234567890123400000000", 8, "-79228162514264337593543950335", false)]
    public void A_figure_beyond_a_decimal_is_the_nearest_one(string units, int places, string expected, bool isExact)
    {
        var nearest = DecimalUnits.ToNearest(BigInteger.Parse(units, CultureInfo.InvariantCulture), places, out var fits);

        Assert.Equal((decimal.Parse(expected, CultureInfo.InvariantCulture), isExact), (nearest, fits));
    }
}
