using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>The local replica as one read found it.</summary>
/// <param name="asOf">Up to when it was complete; null when it never was.</param>
/// <param name="clock">The clock of that time.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class ReplicaSource(DateTimeOffset? asOf, TimeProvider clock)
{
    internal DateTimeOffset? AsOf => asOf;

    /// <summary>How old what was read is now; null where it is not known.</summary>
    public TimeSpan? Age => asOf is { } at ? TimeSpan.FromTicks(Math.Max(0, (clock.GetUtcNow() - at).Ticks)) : null;
}
