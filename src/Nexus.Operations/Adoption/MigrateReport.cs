using System.Text.Json.Serialization;

namespace Nexus.Operations.Adoption;

/// <summary>What <c>nexus migrate</c> did, or would do.</summary>
public sealed class MigrateReport
{
    /// <summary>Whether this only says what would happen.</summary>
    public bool DryRun { get; init; }

    /// <summary>The migrations that were applied, or would be, in order.</summary>
    public IReadOnlyList<MigrationItem> Migrations { get; init; } = [];

    /// <summary>What became of a legacy's tables; null where there was nothing to adopt.</summary>
    public AdoptionReport? Adoption { get; init; }

    /// <summary>The audit's indexes that were built, or would be; empty when they were not asked for or are there.</summary>
    public IReadOnlyList<string> AuditIndexes { get; init; } = [];

    /// <summary>Whether every value of the legacy could be converted.</summary>
    public bool Ok => Adoption is not { RejectedCount: > 0 };
}

/// <summary>One migration.</summary>
/// <param name="Name">Such as <c>0001_state</c>.</param>
/// <param name="Statements">Its SQL.</param>
public sealed record MigrationItem(string Name, IReadOnlyList<string> Statements);

/// <summary>How the report is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MigrateReport))]
public sealed partial class MigrateReportJson : JsonSerializerContext;
