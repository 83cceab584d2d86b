namespace Nexus.Leases;

/// <summary>A lease as its holder has it.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Holder">Who holds it.</param>
/// <param name="Epoch">Greater than that of every earlier holder.</param>
/// <param name="Duration">How long it is valid after it was taken or renewed.</param>
/// <param name="ExpiresAt">
/// By the database's clock. The holder counts <paramref name="Duration"/> on its own monotonic clock, from before it asked.
/// </param>
public sealed record Lease(string Name, string Holder, long Epoch, TimeSpan Duration, DateTimeOffset ExpiresAt);
