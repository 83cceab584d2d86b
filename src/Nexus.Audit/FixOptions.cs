namespace Nexus.Audit;

/// <summary>Which fixes to list or apply.</summary>
public sealed record FixOptions
{
    /// <summary>
    /// Whether to apply the safe fixes: indexes built or dropped concurrently, storage options, timeouts, VACUUM and ANALYZE. False only lists the
    /// statements.
    /// </summary>
    public bool Apply { get; init; }

    /// <summary>Only findings whose object contains this text, such as <c>public.trades</c>; null for all.</summary>
    public string? Object { get; init; }

    /// <summary>
    /// The folder of <c>audit-fixes.ndjson</c>, which gets one line of JSON for each applied fix. It is created when it does not exist. Required with
    /// <see cref="Apply"/>.
    /// </summary>
    public string? LogFolder { get; init; }
}
