namespace Nexus.Postgres;

internal enum MigrationStepKind
{
    /// <summary>Another process migrates or holds a lock; <see cref="MigrationStep.Detail"/> says which one may.</summary>
    Waiting,

    /// <summary>A migration begins.</summary>
    Applying,

    /// <summary>One statement of a migration that commits statement by statement begins.</summary>
    Building,

    /// <summary>An index that an interrupted attempt left invalid is dropped and built again.</summary>
    Rebuilding,

    /// <summary>A migration is in force and recorded.</summary>
    Applied,
}

/// <summary>What a migration is doing, for progress reports.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Migration">Such as <c>0001_state</c>.</param>
/// <param name="Detail">The index, or who may hold the lock.</param>
internal sealed record MigrationStep(MigrationStepKind Kind, string Migration, string? Detail = null);

/// <summary>How long a migration waits for locks before it gives up.</summary>
internal sealed record MigrationLimits
{
    /// <summary>
    /// For one statement inside a transaction: while it waits, every other session that needs the table waits behind it. Default 2 s.
    /// </summary>
    public TimeSpan Statement { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For all attempts together, and for the lock that lets only one process migrate. Default 5 minutes.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Between two looks at a lock that another process holds. Default 100 ms.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(100);
}
