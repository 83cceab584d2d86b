namespace Nexus.Audit;

/// <summary>The progress of an audit.</summary>
/// <param name="Phase">The current phase.</param>
/// <param name="Share">The completed share of the phase, 0 to 1.</param>
public readonly record struct AuditProgress(AuditPhase Phase, double Share);
