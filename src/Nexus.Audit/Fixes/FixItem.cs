namespace Nexus.Audit;

/// <summary>The fix of one finding.</summary>
public sealed record FixItem
{
    /// <summary>The id of the check.</summary>
    public string Id { get; init; } = "";

    /// <summary>What the finding is about.</summary>
    public string Object { get; init; } = "";

    /// <summary>What became of the fix.</summary>
    public FixStatus Status { get; init; }

    /// <summary>What to do and why.</summary>
    public string Advice { get; init; } = "";

    /// <summary>The statements, in order.</summary>
    public IReadOnlyList<string> Sql { get; init; } = [];

    /// <summary>The statements that undo them.</summary>
    public IReadOnlyList<string> Rollback { get; init; } = [];

    /// <summary>Why it failed; null otherwise. Never quotes a stored value.</summary>
    public string? Error { get; init; }

    /// <summary>The finding before.</summary>
    public FixState Before { get; init; } = new();

    /// <summary>The finding afterwards; null when it is gone or the fix was not applied.</summary>
    public FixState? After { get; init; }

    /// <summary>Whether the fix was applied and the check no longer finds anything.</summary>
    public bool IsGone => Status == FixStatus.Applied && After is null;
}
