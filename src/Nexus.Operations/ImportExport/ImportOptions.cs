using Microsoft.Extensions.Logging;
using Nexus.Failover;
using Nexus.Operations.Status;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.ImportExport;

/// <summary>Options of an import.</summary>
public sealed record ImportOptions
{
    /// <summary>Only report what would change. The store may be in use by a server.</summary>
    public bool DryRun { get; init; }

    /// <summary>Replace records of the store that differ, even if they may be newer.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Also import API keys. This restores keys that were removed after the export.</summary>
    public bool ApiKeys { get; init; }

    /// <summary>The time zone of timestamps without an offset in legacy files. Default: UTC.</summary>
    public TimeZoneInfo LegacyZone { get; init; } = TimeZoneInfo.Utc;
}
