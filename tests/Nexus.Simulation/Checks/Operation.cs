namespace Nexus.Simulation;

/// <summary>What a caller knows about its call.</summary>
internal enum OperationResult
{
    /// <summary>It has not returned, or its process died.</summary>
    Open,

    /// <summary>Acknowledged as committed.</summary>
    Committed,

    /// <summary>Acknowledged as spooled.</summary>
    Spooled,

    /// <summary>Not written, for certain.</summary>
    Refused,

    /// <summary>Reported as unknown.</summary>
    Unknown,
}

/// <summary>One write of a client.</summary>
/// <param name="Number">Unique; what it writes contains it.</param>
/// <param name="Key">The record.</param>
/// <param name="Kind">What it does.</param>
/// <param name="InvokedAt">When it was called.</param>
internal sealed record Operation(int Number, string Key, string Kind, long InvokedAt, Instance Instance)
{
    public OperationResult Result { get; set; }

    public long CompletedAt { get; set; } = long.MaxValue;

    /// <summary>The version of its receipt.</summary>
    public long Version { get; set; }

    /// <summary>The version that it expected; null for any.</summary>
    public long? Expected { get; init; }

    /// <summary>The number of the operation whose value it replaced; null if that is not known.</summary>
    public long? Replaces { get; init; }

    public bool IsAcknowledged => Result is OperationResult.Committed or OperationResult.Spooled;

    public override string ToString() => $"{Instance.Name} {Kind} #{Number} of {Key}: {Result} {Version}";
}
