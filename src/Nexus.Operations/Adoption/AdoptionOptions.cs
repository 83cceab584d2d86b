namespace Nexus.Operations.Adoption;

/// <summary>Options of an adoption.</summary>
public sealed record AdoptionOptions
{
    /// <summary>Reports what would change, with row counts, and changes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The IANA time zone of legacy timestamps without one. Null: the default TimeZone of the database, which NOW() used.</summary>
    public string? LegacyTimeZone { get; init; }

    /// <summary>Continues if the given keys open none of the legacy tokens. The tokens stay unchanged and are reported.</summary>
    public bool KeepUnreadable { get; init; }

    /// <summary>Receives the progress.</summary>
    public IProgress<MigrateProgress>? Progress { get; init; }
}
