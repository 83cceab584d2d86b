namespace Nexus.Faults.Tests;

/// <summary>A call of one instance, as its lines say it.</summary>
/// <param name="Life">The process: an instance that was killed and started again is another one.</param>
/// <param name="Number">Unique; what a write writes.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Key">The record.</param>
/// <param name="Replaced">Of a conditional save: the value that it means to replace. Of a lease: its milliseconds.</param>
/// <param name="Invoked">When it began, in microseconds of the machine's monotonic clock.</param>
internal sealed record RecordedCall(string Life, long Number, string Kind, string Key, long? Replaced, long Invoked)
{
    /// <summary>When it ended; the maximum if its process died first.</summary>
    public long Completed { get; init; } = long.MaxValue;

    /// <summary>How it ended; <c>open</c> if its process died first.</summary>
    public string Result { get; init; } = "open";

    /// <summary>What a read returned.</summary>
    public long Value { get; init; }

    /// <summary>The version of the record, or the epoch of the lease.</summary>
    public long Version { get; init; }

    public bool IsWrite => Kind is "save" or "save-if";

    public bool IsCommitted => Result == "committed";

    /// <summary>Whether its caller was told that it is durable.</summary>
    public bool IsAcknowledged => Result is "committed" or "spooled";

    /// <summary>Whether its caller was told that it was not done.</summary>
    public bool IsRefused => Result.StartsWith("refused", StringComparison.Ordinal);

    public override string ToString() => $"{Life} {Kind} {Number} of {Key} from {Invoked} to {Completed}: {Result} {Value} version {Version}";
}
