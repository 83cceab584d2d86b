using System.Globalization;
using System.Text.Json;
using Nexus.Errors;
using Nexus.Operations.Json;

namespace Nexus.Operations.ImportExport;

/// <summary>A row of another program's table. Its values may be of any type, whatever the column declares.</summary>
internal sealed class SourceRow(IReadOnlyDictionary<string, object?> values)
{
    /// <summary>The first of the columns that the row has: programs rename columns between versions.</summary>
    public object? this[params ReadOnlySpan<string> names]
    {
        get
        {
            foreach (var name in names)
            {
                if (values.TryGetValue(name, out var value) && value is not null) return value;
            }
            return null;
        }
    }

    public string? Text(params ReadOnlySpan<string> names) => this[names] switch
    {
        null => null,
        string text => text.Length == 0 ? null : text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => throw new NexusValidationException(names[0], "must be text"),
    };

    /// <summary>What a message calls the row, whatever the column holds.</summary>
    public string Label(string name) => this[name] is string or long ? ClientText.Short(Text(name) ?? "") : "";

    public string RequiredText(params ReadOnlySpan<string> names) =>
        Text(names) ?? throw new NexusValidationException(names[0], "is missing in the source");

    /// <summary>
    /// A decimal. A floating-point number becomes the shortest decimal that is read back as the same number, which is what its program shows.
    /// </summary>
    /// <exception cref="NexusValidationException">It is no number, or does not fit a decimal.</exception>
    public decimal? Decimal(params ReadOnlySpan<string> names) => this[names] switch
    {
        null => null,
        long number => number,
        double number => SourceNumber.FromDouble(names[0], number),
        string text => SourceNumber.Parse(names[0], text),
        _ => throw new NexusValidationException(names[0], "must be a number"),
    };

    public decimal RequiredDecimal(params ReadOnlySpan<string> names) =>
        Decimal(names) ?? throw new NexusValidationException(names[0], "is missing in the source");

    public long? Integer(string name) => this[name] switch
    {
        null => null,
        long number => number,
        double number when number == Math.Floor(number) && Math.Abs(number) < 1e15 => (long)number,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new NexusValidationException(name, "must be a whole number"),
    };

    /// <summary>A key of another row; null where the column holds no whole number, which then belongs to no row.</summary>
    public long? Key(string name)
    {
        try
        {
            return Integer(name);
        }
        catch (NexusValidationException)
        {
            return null;
        }
    }

    public bool Flag(string name) => Integer(name) is not (null or 0);

    /// <summary>A timestamp as SQLAlchemy stores it: text without an offset, in UTC.</summary>
    public DateTimeOffset? Instant(params ReadOnlySpan<string> names)
    {
        if (Text(names) is not { } text) return null;
        return InstantText.TryParse(text, TimeZoneInfo.Utc, out var instant)
            ? instant
            : throw new NexusValidationException(names[0], "must be an instant such as 2026-01-31 12:00:00");
    }

    /// <summary>Milliseconds since 1970.</summary>
    public DateTimeOffset? Milliseconds(string name) => Decimal(name) is { } number ? SourceNumber.ToInstant(
        name, number, TimeSpan.TicksPerMillisecond) : null;

    /// <summary>Seconds since 1970, with a fraction.</summary>
    public DateTimeOffset? Seconds(string name) => Decimal(name) is { } number ? SourceNumber.ToInstant(
        name, number, TimeSpan.TicksPerSecond) : null;

    /// <summary>Writes the columns as members, without those that are null.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="except">Columns that are left out.</param>
    public void WriteTo(Utf8JsonWriter json, IReadOnlySet<string>? except = null)
    {
        foreach (var (name, value) in values.OrderBy(column => column.Key, StringComparer.Ordinal))
        {
            if (except?.Contains(name) == true) continue;
            switch (value)
            {
                case long number: json.WriteNumber(name, number); break;
                case double number when double.IsFinite(number): json.WriteNumber(name, number); break;
                case double number: json.WriteString(name, number.ToString(CultureInfo.InvariantCulture)); break;
                case string text: json.WriteString(name, text); break;
                case byte[] bytes: json.WriteBase64String(name, bytes); break;
                default: break;
            }
        }
    }
}
