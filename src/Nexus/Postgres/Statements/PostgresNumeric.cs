using System.Buffers.Binary;
using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>
/// A decimal in the binary form of numeric (numeric_send in numeric.c): how many digits to base 10,000, the weight of the first, sign, digits after
/// the decimal point that are shown, and the digits.
/// </summary>
internal static class PostgresNumeric
{
    private const int Header = 8;
    private const int DigitsOfBase = 4;

    // 29 decimal digits, and the point may split two of base 10,000.
    private const int MaxDigits = 9;

    public const int MaxBytes = Header + (MaxDigits * sizeof(short));

    /// <returns>The bytes that it took.</returns>
    public static int Write(Span<byte> target, decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var mantissa = new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);
        var scale = value.Scale;
        var fraction = (scale + DigitsOfBase - 1) / DigitsOfBase;

        // Least significant first.
        Span<short> digits = stackalloc short[MaxDigits];
        var count = 0;
        if ((fraction * DigitsOfBase) - scale is > 0 and var missing)
        {
            // The lowest digit is cut short by the scale: its share of the mantissa is filled up with zeros.
            var (low, high) = (missing switch { 1 => 1000u, 2 => 100u, _ => 10u }, missing switch { 1 => 10u, 2 => 100u, _ => 1000u });
            digits[count++] = (short)((uint)(mantissa % low) * high);
            mantissa /= low;
        }
        for (; mantissa > ulong.MaxValue; mantissa /= 10_000) digits[count++] = (short)(mantissa % 10_000);
        for (var rest = (ulong)mantissa; rest > 0; rest /= 10_000) digits[count++] = (short)(rest % 10_000);

        var last = 0;
        while (last < count && digits[last] == 0) last++;
        var sent = count - last;
        var isNegative = value < 0;
        BinaryPrimitives.WriteInt16BigEndian(target, (short)sent);
        BinaryPrimitives.WriteInt16BigEndian(target[2..], (short)(sent == 0 ? 0 : count - 1 - fraction));
        BinaryPrimitives.WriteUInt16BigEndian(target[4..], (ushort)(isNegative ? 0x4000 : 0));
        BinaryPrimitives.WriteInt16BigEndian(target[6..], scale);
        var at = Header;
        for (var n = count - 1; n >= last; n--, at += sizeof(short)) BinaryPrimitives.WriteInt16BigEndian(target[at..], digits[n]);
        return at;
    }
}
