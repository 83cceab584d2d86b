using Nexus.Engine;

namespace Nexus.Failover;

/// <summary>One of the two versions in a conflict.</summary>
/// <param name="Version">The record's version.</param>
/// <param name="At">When it was written; null if that is not known.</param>
/// <param name="Write">The write that makes it, as JSON with sealed secrets.</param>
public sealed record ConflictVersion(long Version, DateTimeOffset? At, string Write);
