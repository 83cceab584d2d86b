using Nexus.Errors;

namespace Nexus.Operations.Alerts;

/// <summary>Alerts about which no notifications are sent for a time.</summary>
/// <param name="Id">Its id; empty for a new one.</param>
/// <param name="Rule">The name of the rule; an asterisk at the end matches any ending.</param>
/// <param name="Labels">Labels that the alert must have; none for all alerts of the rule.</param>
/// <param name="Until">Its end.</param>
/// <param name="Reason">Why, for people: required.</param>
/// <param name="By">Who silenced; empty for the settings file.</param>
public sealed record Silence(
    string Id, string Rule, IReadOnlyDictionary<string, string> Labels, DateTimeOffset Until, string Reason, string By)
{
    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReason = 500;

    /// <summary>The longest silence: a forgotten one must end.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromDays(90);

    /// <summary>Whether it matches an alert at a moment.</summary>
    public bool Matches(string rule, Func<string, string> label, DateTimeOffset now) =>
        now < Until && NamePattern.Matches(Rule, rule) && Labels.All(wanted => label(wanted.Key) == wanted.Value);

    /// <exception cref="NexusValidationException">A field is missing or out of its range.</exception>
    internal void Validate(DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(Rule)) throw new NexusValidationException("rule", "is required");
        if (Rule.Length > 200) throw new NexusValidationException("rule", "must be at most 200 characters");
        if (Labels.Count > 10 || Labels.Any(label => label.Key.Length > 100 || label.Value.Length > 200))
            throw new NexusValidationException("labels", "must be at most 10, with names of at most 100 and values of at most 200 characters");
        if (string.IsNullOrWhiteSpace(Reason)) throw new NexusValidationException("reason", "is required");
        if (Reason.Length > MaxReason) throw new NexusValidationException("reason", $"must be at most {MaxReason} characters");
        if (Until <= now) throw new NexusValidationException("until", "must be in the future");
        if (Until > now + MaxTime) throw new NexusValidationException("until", $"must be at most {MaxTime.TotalDays:0} days from now");
    }
}
