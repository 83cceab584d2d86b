using System.Text.Json.Serialization;

namespace Nexus.Operations.Backup;

/// <summary>The evidence of a verification, kept beside the backup.</summary>
public sealed record BackupProof
{
    /// <summary>The name of its file beside a backup.</summary>
    public const string FileName = "proof.json";

    /// <summary>The id of the backup that was verified.</summary>
    public required Guid BackupId { get; init; }

    /// <summary>When the verification ended.</summary>
    public required DateTimeOffset VerifiedAt { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Whether every step succeeded.</summary>
    public required bool Ok { get; init; }

    /// <summary>Whether the backup was restored. False for a verification of the files only.</summary>
    public required bool IsRestored { get; init; }

    /// <summary>The version of Nexus that verified it.</summary>
    public required string Program { get; init; }

    /// <summary>The version of the server that it was restored into.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<VerificationStep> Steps { get; init; }

    /// <summary>The number of rows that were compared.</summary>
    public long Rows { get; init; }

    /// <summary>The number of sealed values that were opened.</summary>
    public long OpenedValues { get; init; }

    /// <summary>The first step that failed; null if none did. Steps that ran at the same time may have succeeded after it.</summary>
    [JsonIgnore]
    public VerificationStep? Failure => Steps.FirstOrDefault(step => !step.Ok);

    /// <summary>Whether this proves that the backup can be restored.</summary>
    public bool IsProof => Ok && IsRestored;
}
