using System.Globalization;

namespace Nexus.Operations.Alerts;

/// <summary>Writes the value of an alert with its unit.</summary>
public static class AlertValue
{
    /// <summary>For example <c>85.2 %</c> for a ratio and <c>1.5 s</c> for seconds.</summary>
    public static string Format(double value, string unit) => unit switch
    {
        "ratio" => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.#} %"),
        "s" => string.Create(CultureInfo.InvariantCulture, $"{value:0.###} s"),
        "" => string.Create(CultureInfo.InvariantCulture, $"{value:0.###}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {unit}"),
    };
}
