using System.Text.Json.Serialization;

namespace Nexus.Operations.Adoption;

/// <summary>The changes that <c>nexus migrate</c> made, or would make.</summary>
public sealed class MigrateReport
{
    /// <summary>Whether nothing was changed.</summary>
    public bool DryRun { get; init; }

    /// <summary>The migrations that were or would be applied, in order.</summary>
    public IReadOnlyList<MigrationItem> Migrations { get; init; } = [];

    /// <summary>The migrations that were or would be undone, the newest first.</summary>
    public IReadOnlyList<MigrationItem> Undone { get; init; } = [];

    /// <summary>The adoption of legacy tables; null if there was nothing to adopt.</summary>
    public AdoptionReport? Adoption { get; init; }

    /// <summary>The audit's indexes that were or would be built. Empty if they were not requested or already exist.</summary>
    public IReadOnlyList<string> AuditIndexes { get; init; } = [];

    /// <summary>Whether every legacy value could be converted.</summary>
    public bool Ok => Adoption is not { RejectedCount: > 0 };
}
