using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Nexus.Infrastructure;

namespace Nexus.Errors;

/// <summary>The limits of single values, in one place. Each error names the field and the limit and never shows the value.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class Validation
{
    /// <summary>The largest JSON document, in bytes of UTF-8: a session's config, a system config value, a trade's metadata.</summary>
    public const int MaxDocumentBytes = 256 * 1024;

    /// <summary>The deepest accepted nesting: a document whose innermost value is inside 64 arrays or objects.</summary>
    internal const int MaxDepth = 64;

    /// <summary>The longest symbol, in characters.</summary>
    public const int MaxSymbolLength = 64;

    /// <summary>The longest name of a user, strategy, group or exchange, in characters, wherever it stands.</summary>
    public const int MaxNameLength = 256;

    /// <summary>The longest name of a time zone, in characters.</summary>
    internal const int MaxZoneLength = 50;

    /// <summary>The most days that a subscription is made or lengthened by in one call.</summary>
    internal const int MaxDays = 36_500;

    /// <summary>The most decimal places of an amount.</summary>
    internal const int AmountPlaces = 18;

    /// <summary>The most significant digits of an amount: what every <see cref="decimal"/> holds exactly.</summary>
    internal const int AmountDigits = 28;

    /// <summary>Amounts stay below 10 to this power.</summary>
    internal const int AmountWholeDigits = 20;

    /// <summary>As many as decimal holds.</summary>
    private static readonly decimal[] PowersOfTen = [.. Enumerable.Range(0, 29)
        .Select(exponent => decimal.Parse($"1E{exponent}", NumberStyles.Float, CultureInfo.InvariantCulture))];

    /// <summary>
    /// Text of at most <paramref name="maxLength"/> characters (Unicode code points, as PostgreSQL's varchar counts) that every store can hold.
    /// </summary>
    internal static string Text(string field, string value, int maxLength, bool allowEmpty = false)
    {
        if (value is null) throw Missing(field);
        if (!allowEmpty && value.Length == 0) throw new NexusValidationException(field, "must not be empty");
        // Nearly every text is short and without surrogates, so that its length is that of its characters.
        if (value.Length <= maxLength && !value.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !value.Contains('\0')) return value;
        var (length, characters) = (0, 0);
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value == 0) throw new NexusValidationException(field, "must not contain the NUL character");
            // EnumerateRunes gives U+FFFD for a lone surrogate and for itself: only the text tells them apart.
            if (rune == Rune.ReplacementChar && !IsReplacementCharacterAt(value, length))
                throw new NexusValidationException(field, "must be valid Unicode, without lone surrogates");
            length += rune.Utf16SequenceLength;
            characters++;
        }
        if (characters > maxLength) throw new NexusValidationException(field, $"must be at most {maxLength} characters, not {characters}");
        return value;

        static bool IsReplacementCharacterAt(string text, int index) => text[index] == '\uFFFD';
    }

    /// <summary>As <see cref="Text"/> for a name that people read: blanks alone are refused.</summary>
    internal static string Name(string field, string value, int maxLength) =>
        string.IsNullOrWhiteSpace(Text(field, value, maxLength)) ? throw new NexusValidationException(field, "must not be blank") : value;

    /// <summary>
    /// As <see cref="VisibleName"/>, for symbols, strategies, groups, exchanges and actions. A record that was stored before keeps what it has
    /// (<see cref="StoredNames"/>).
    /// </summary>
    internal static string Label(string field, string value, int maxLength) =>
        StoredNames.AreAccepted ? Text(field, value, maxLength) : VisibleName(field, value, maxLength);

    /// <summary>
    /// As <see cref="Name"/> for what records are found by. Characters that nobody sees are refused, except the joiners, which scripts and emoji
    /// need: two names that look the same would be two records.
    /// </summary>
    internal static string VisibleName(string field, string value, int maxLength)
    {
        Name(field, value, maxLength);
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is >= ' ' and <= '~') continue;
            if (IsUnseen(rune)) throw new NexusValidationException(field, "must not contain control or format characters or line separators");
        }
        return value;
    }

    internal static string? OptionalLabel(string field, string? value, int maxLength) =>
        string.IsNullOrEmpty(value) ? null : Label(field, value, maxLength);

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not ('\u200C' or '\u200D'),
        _ => false,
    };

    /// <summary>A member that is required, which its type alone does not enforce.</summary>
    internal static T Given<T>(string field, T? value)
        where T : class => value ?? throw Missing(field);

    /// <summary>The most entries that a list returns; null for all.</summary>
    internal static int? Limit(int? limit) => limit is null or >= 1 ? limit : throw new NexusValidationException("limit", "must be 1 or more");

    private static NexusValidationException Missing(string field) => new(field, "is required");

    internal static string? OptionalText(string field, string? value, int maxLength) =>
        string.IsNullOrEmpty(value) ? null : Text(field, value, maxLength);

    /// <summary>A decimal that fits numeric(precision, scale) exactly: a value that does not fit is an error, never rounded.</summary>
    internal static decimal Number(string field, decimal value, int precision, int scale)
    {
        var limit = PowersOfTen[precision - scale];
        if (Math.Abs(value) >= limit) throw new NexusValidationException(field, $"must be between -{limit} and {limit}, exclusive");
        if (value.Scale > scale && decimal.Round(value, scale) != value)
            throw new NexusValidationException(field, $"must have at most {scale} decimal places");
        return value;
    }

    /// <summary>
    /// An amount: a price, a quantity, money. At most 18 decimal places and 28 significant digits, below 10²⁰; refused if it does not fit.
    /// </summary>
    internal static decimal Number(string field, decimal value)
    {
        Number(field, value, AmountWholeDigits + AmountPlaces, AmountPlaces);
        // Below 10¹⁰, 18 places leave at most 28 digits.
        if (value.Scale > 0 && Math.Abs(value) >= PowersOfTen[AmountDigits - AmountPlaces] && SignificantDigits(value) > AmountDigits)
            throw new NexusValidationException(field, $"must have at most {AmountDigits} significant digits");
        return value;
    }

    private static int SignificantDigits(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var mantissa = new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);
        while (mantissa != 0 && mantissa % 10 == 0) mantissa /= 10;
        return mantissa.ToString(CultureInfo.InvariantCulture).Length;
    }

    internal static decimal Positive(string field, decimal value) =>
        value > 0 ? Number(field, value) : throw new NexusValidationException(field, "must be above zero");

    internal static decimal? OptionalNumber(string field, decimal? value) => value is { } number ? Number(field, number) : null;

    internal static decimal? OptionalNumber(string field, decimal? value, int precision, int scale) =>
        value is { } number ? Number(field, number, precision, scale) : null;

    /// <summary>An instant that every store can hold, in UTC and whole microseconds: finer digits are cut off.</summary>
    internal static DateTimeOffset Instant(string field, DateTimeOffset value)
    {
        var utc = value.ToUniversalTime();
        if (utc.Year is < 2000 or > 2099) throw new NexusValidationException(field, "must be in the years 2000 to 2099");
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>
    /// The end of a subscription, or when a user was added: any instant that can be told, since days add up and legacy rows hold what they hold.
    /// </summary>
    internal static DateTimeOffset CalendarInstant(DateTimeOffset value)
    {
        var utc = value.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    internal static int Range(string field, int value, int min, int max) =>
        value >= min && value <= max ? value : throw new NexusValidationException(field, $"must be {min} to {max}");

    internal static long? Version(string field, long? value) =>
        value is null or >= 0 ? value : throw new NexusValidationException(field, "must be 0 or more");
}
