using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using Nexus.Operations.Json;

namespace Nexus.Operations.Tests.ImportExport;

public sealed class ExactDecimalTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1.50", "1.5")]
    [InlineData("1e3", "1000")]
    [InlineData("12.5E-3", "0.0125")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335", "-79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("1.00000000000000000000000000000000000000000000", "1")]
    [InlineData("100000000000000000000000000000000000000000e-40", "10")]
    public void A_number_is_read_exactly(string text, string expected)
    {
        Assert.True(ExactDecimal.TryParse(Encoding.ASCII.GetBytes(text), out var value));
        Assert.Equal(expected, ExactDecimal.Format(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData(" 1")]
    [InlineData("1,000")]
    [InlineData("0x1F")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1_0")]
    [InlineData("79228162514264337593543950336")]
    [InlineData("0.00000000000000000000000000001")]
    [InlineData("1.23456789012345678901234567891")]
    [InlineData("1e400")]
    [InlineData("1e-400")]
    [InlineData("1e99999999999")]
    public void What_is_no_number_or_has_more_digits_than_fit_is_refused(string text) =>
        Assert.False(ExactDecimal.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Every_decimal_comes_back_from_its_text() => Gen.Decimal.Sample(value =>
    {
        Assert.True(ExactDecimal.TryParse(Encoding.ASCII.GetBytes(ExactDecimal.Format(value)), out var read));
        Assert.Equal(value, read);
    });

    /// <summary>Against arithmetic of unlimited precision: what is accepted is the number itself, what is refused has no decimal.</summary>
    [Fact]
    public void Whatever_is_accepted_is_exact() => Gen.Select(
        Gen.Int[0, 36].SelectMany(length => Gen.Char['0', '9'].Array[length]),
        Gen.Int[0, 36].SelectMany(length => Gen.Char['0', '9'].Array[length]),
        Gen.Int[-40, 40]).Sample((whole, fraction, exponent) =>
    {
        var text = $"1{new string(whole)}{(fraction.Length == 0 ? "" : "." + new string(fraction))}e{exponent}";
        var (mantissa, scale) =
            (BigInteger.Parse($"1{new string(whole)}{new string(fraction)}", CultureInfo.InvariantCulture), fraction.Length - exponent);
        while (scale > 0 && mantissa % 10 == 0) (mantissa, scale) = (mantissa / 10, scale - 1);
        var fits = scale <= 28 && mantissa * BigInteger.Pow(10, Math.Max(0, -scale)) <= (BigInteger)decimal.MaxValue;
        Assert.Equal(fits, ExactDecimal.TryParse(Encoding.ASCII.GetBytes(text), out var value));
        // Both as a fraction over the same power of ten.
        if (fits)
            Assert.Equal(
                mantissa * BigInteger.Pow(10, Math.Max(0, -scale)) * BigInteger.Pow(10, value.Scale),
                Unscaled(value) * BigInteger.Pow(10, Math.Max(0, scale)));
    });

    private static BigInteger Unscaled(decimal value)
    {
        var parts = decimal.GetBits(value);
        return ((BigInteger)(uint)parts[2] << 64) | ((BigInteger)(uint)parts[1] << 32) | (uint)parts[0];
    }
}
