using Nexus.Errors;
using Nexus.Subscriptions;

namespace Nexus.Operations.Maintenance;

/// <summary>What is done about subscriptions that end.</summary>
public sealed record SubscriptionOptions
{
    private const int MostThresholds = 20;

    /// <summary>How many days before the end there is a notice; empty for none. Default 7, 3 and 1.</summary>
    public IReadOnlyList<int> NoticeDays { get; init; } = [7, 3, 1];

    /// <summary>Whether sessions of expired subscribers are locked down, as the bot that Nexus replaces does. Default true.</summary>
    public bool LocksExpired { get; init; } = true;

    /// <summary>Reads days such as <c>7,3,1</c>; <c>none</c> for no notices.</summary>
    /// <param name="field">The setting that an error names.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="NexusValidationException">The text is no such list.</exception>
    public static IReadOnlyList<int> ParseDays(string field, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "none") return [];
        var days = new List<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var day)
                || day is < 1 or > NexusSubscriptions.MaxNoticeDays || days.Contains(day) || days.Count == MostThresholds)
                throw new NexusValidationException(
                    field,
                    $"must be up to {MostThresholds} different numbers of days from 1 to {NexusSubscriptions.MaxNoticeDays}, such as 7,3,1, or none");
            days.Add(day);
        }
        return [.. days.OrderDescending()];
    }
}
