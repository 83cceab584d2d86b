using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>Options of a migration.</summary>
public sealed record MigrateOptions
{
    /// <summary>Reports what would change, and changes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Also builds the indexes that the audit lists.</summary>
    public bool AuditIndexes { get; init; }

    /// <summary>As <see cref="AdoptionOptions.LegacyTimeZone"/>.</summary>
    public string? LegacyTimeZone { get; init; }

    /// <summary>As <see cref="AdoptionOptions.KeepUnreadable"/>.</summary>
    public bool KeepUnreadable { get; init; }

    /// <summary>Receives the progress.</summary>
    public IProgress<MigrateProgress>? Progress { get; init; }
}
