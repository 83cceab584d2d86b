namespace Nexus.Operations.Backup;

/// <summary>A step of a verification.</summary>
/// <param name="Name">The step: <c>checksums</c>, <c>full read</c>, <c>restore</c>, <c>contents</c>, <c>schema</c>, <c>sealed
/// values</c>, <c>queries</c>.</param>
/// <param name="Ok">Whether it succeeded.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Duration">How long it took.</param>
public sealed record VerificationStep(string Name, bool Ok, string Detail, TimeSpan Duration);
