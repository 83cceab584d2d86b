using System.Text.Json.Serialization;

namespace Nexus.Operations.Adoption;

/// <summary>The changes that <c>nexus migrate</c> made, or would make.</summary>
public sealed class MigrateReport
{
    /// <summary>Whether nothing was changed.</summary>
    public bool DryRun { get; init; }

    /// <summary>The migrations that were or would be applied, in order.</summary>
    public IReadOnlyList<MigrationItem> Migrations { get; init; } = [];

    /// <summary>The adoption of legacy tables; null if there was nothing to adopt.</summary>
    public AdoptionReport? Adoption { get; init; }

    /// <summary>The audit's indexes that were or would be built. Empty if they were not requested or already exist.</summary>
    public IReadOnlyList<string> AuditIndexes { get; init; } = [];

    /// <summary>Whether every legacy value could be converted.</summary>
    public bool Ok => Adoption is not { RejectedCount: > 0 };
}

/// <summary>One migration.</summary>
/// <param name="Name">The name, such as <c>0001_state</c>.</param>
/// <param name="Statements">The SQL statements.</param>
public sealed record MigrationItem(string Name, IReadOnlyList<string> Statements);

/// <summary>JSON metadata of the report.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MigrateReport))]
public sealed partial class MigrateReportJson : JsonSerializerContext;
