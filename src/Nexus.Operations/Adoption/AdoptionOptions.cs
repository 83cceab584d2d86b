namespace Nexus.Operations.Adoption;

/// <summary>How a legacy database is adopted.</summary>
public sealed record AdoptionOptions
{
    /// <summary>Says what would happen, with row counts, and changes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The IANA zone that the legacy's naive timestamps are in. Null: the default TimeZone of that database, in which its NOW() wrote them.</summary>
    public string? LegacyTimeZone { get; init; }

    /// <summary>Goes on when the given keys open none of the legacy's tokens: they stay as they are and are reported.</summary>
    public bool KeepUnreadable { get; init; }

    /// <summary>Told what is going on.</summary>
    public IProgress<MigrateProgress>? Progress { get; init; }
}
