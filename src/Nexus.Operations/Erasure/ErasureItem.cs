namespace Nexus.Operations.Erasure;

/// <summary>A line of a receipt. Programs read it: names are stable.</summary>
/// <param name="Name">What it is about, such as <c>sessions</c>.</param>
/// <param name="Count">How many records; null if they were not counted.</param>
/// <param name="Reason">Why it stays, or what was done; null if there is nothing to say.</param>
public sealed record ErasureItem(string Name, long? Count, string? Reason = null);
