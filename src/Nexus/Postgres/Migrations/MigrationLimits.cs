using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Postgres;

/// <summary>How long a migration waits for locks before it gives up.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record MigrationLimits
{
    /// <summary>
    /// For one statement inside a transaction: while it waits, every other session that needs the table waits behind it. Default 2 s.
    /// </summary>
    public TimeSpan Statement { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For all attempts together, and for the lock that lets only one process migrate. Default 5 minutes.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The time between two checks of a lock that another process holds. Default 100 ms.</summary>
    internal TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(100);
}
