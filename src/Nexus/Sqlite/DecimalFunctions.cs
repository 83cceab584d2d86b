using System.Numerics;
using Microsoft.Data.Sqlite;

namespace Nexus.Sqlite;

/// <summary>
/// Exact decimals in SQL: SQLite itself would add money as floating point. Values are canonical text of at most 8 places. A sum that does not
/// fit 128 bits makes the query fail; it never gives a wrong figure.
/// </summary>
internal static class DecimalFunctions
{
    public static void Register(SqliteConnection connection)
    {
        connection.CreateAggregate<string, Int128, string>(
            "decimal_sum", 0, static (sum, value) => checked(sum + DecimalUnits.Parse(value)), static sum => DecimalUnits.ToText(sum),
            isDeterministic: true);
        connection.CreateAggregate<string, RunningTotal, string>(
            "decimal_drawdown", default, static (total, value) => total.Add(DecimalUnits.Parse(value)),
            static total => DecimalUnits.ToText(total.Fall), isDeterministic: true);
        connection.CreateFunction<string, string, string?>("decimal_ratio", Ratio, isDeterministic: true);
    }

    /// <summary>a ÷ b, rounded half away from zero to 8 places; null when b is zero.</summary>
    private static string? Ratio(string numerator, string denominator)
    {
        BigInteger by = DecimalUnits.Parse(denominator);
        if (by.IsZero) return null;
        return DecimalUnits.ToText((Int128)DecimalUnits.DivideRounded((BigInteger)DecimalUnits.Parse(numerator) * 100_000_000, by));
    }

    /// <summary>How far a running total fell below its highest value so far, which is at least 0.</summary>
    private readonly record struct RunningTotal(Int128 Total, Int128 Peak, Int128 Fall)
    {
        public RunningTotal Add(Int128 value)
        {
            var total = checked(Total + value);
            var peak = Int128.Max(Peak, total);
            return new RunningTotal(total, peak, Int128.Max(Fall, peak - total));
        }
    }
}
