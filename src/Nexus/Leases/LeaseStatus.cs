namespace Nexus.Leases;

/// <summary>A lease as others see it.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Holder">The last holder.</param>
/// <param name="Epoch">Increases with each change of the holder.</param>
/// <param name="TakenAt">Since when the holder has it, by the database's clock.</param>
/// <param name="ExpiresAt">Until when, by the database's clock.</param>
/// <param name="IsHeld">Whether it is valid now, by the database's clock.</param>
public sealed record LeaseStatus(string Name, string Holder, long Epoch, DateTimeOffset TakenAt, DateTimeOffset ExpiresAt, bool IsHeld);
