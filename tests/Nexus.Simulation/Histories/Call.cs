namespace Nexus.Simulation;

/// <summary>One call on one record in a history, between its invocation and its completion.</summary>
/// <param name="Key">The record. Histories of different records do not depend on each other.</param>
/// <param name="IsRead">A read, or a write.</param>
/// <param name="Value">What it read or wrote; 0 for no record.</param>
/// <param name="Invoked">When it was called.</param>
/// <param name="Completed">
/// When it returned; <see cref="long.MaxValue"/> if its outcome is not known, so that it may take effect at any later time or never.
/// </param>
/// <param name="Replaces">Of a conditional write: the value that it replaced; null for a write without a condition.</param>
/// <param name="Client">Who called, for messages.</param>
internal sealed record Call(string Key, bool IsRead, long Value, long Invoked, long Completed, long? Replaces = null, string Client = "")
{
    public bool IsUnknown => Completed == long.MaxValue;

    public override string ToString() => $"{Client} {(IsRead ? "read" : Replaces is { } old ? $"replaced {old} by" : "wrote")} {Value} "
        + (IsUnknown ? $"from {Invoked}, outcome unknown" : $"from {Invoked} to {Completed}");
}
