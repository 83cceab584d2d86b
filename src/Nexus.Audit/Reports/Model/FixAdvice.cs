using System.Text.Json.Serialization;

namespace Nexus.Audit;

/// <summary>What to do about a finding.</summary>
public sealed record FixAdvice
{
    /// <summary>What to do and why.</summary>
    public required string Advice { get; init; }

    /// <summary>Statements in order, without the semicolon; empty when the application has to change.</summary>
    public required IReadOnlyList<string> Sql { get; init; }

    /// <summary>Statements that undo <see cref="Sql"/>.</summary>
    public required IReadOnlyList<string> Rollback { get; init; }

    /// <summary>Whether <see cref="Auditor.FixAsync"/> may apply <see cref="Sql"/>.</summary>
    public bool CanApply { get; init; }

    /// <summary>As of <see cref="Fix.Evaluates"/>.</summary>
    [JsonIgnore]
    internal IReadOnlyList<uint> Evaluates { get; init; } = [];
}
