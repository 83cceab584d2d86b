using System.Globalization;
using Nexus.Audit;

namespace Nexus.Operations.Alerts;

/// <summary>A subscription that ends soon, in a message.</summary>
internal sealed record SubscriptionEntry
{
    public required string ChatId { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required int Days { get; init; }

    public required string Timezone { get; init; }

    /// <summary>The end in the subscriber's time zone, or in UTC if the zone is unknown on this machine.</summary>
    public DateTimeOffset LocalEnd => TimeZoneInfo.ConvertTime(EndsAt, Zone ?? TimeZoneInfo.Utc);

    /// <summary>The name of the zone of <see cref="LocalEnd"/>.</summary>
    public string LocalZone => Zone is null ? "UTC" : Timezone;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Chat {Printable.Line(ChatId, 50)}: ends on {LocalEnd:yyyy-MM-dd HH:mm} {LocalZone}, within {(Days == 1 ? "1 day" : $"{Days} days")}.");

    // TimeZoneInfo reads files by this name, and an adopted row may hold anything.
    private TimeZoneInfo? Zone => Timezone.All(character => char.IsAsciiLetterOrDigit(character) || character is '/' or '_' or '+' or '-')
        && TimeZoneInfo.TryFindSystemTimeZoneById(Timezone, out var zone) ? zone : null;
}
