namespace Nexus.Operations.Maintenance;

/// <summary>One kind of upkeep, with its own timer and time limits.</summary>
internal interface IMaintenanceJob
{
    /// <summary>The name in commands and in the history, such as <c>vacuum</c>.</summary>
    string Name { get; }

    /// <summary>What it does, in one sentence.</summary>
    string Purpose { get; }

    /// <summary>How often the scheduler runs it.</summary>
    TimeSpan Every { get; }

    /// <summary>Whether the scheduler runs it in the quiet hours only.</summary>
    bool IsOffPeak { get; }

    /// <summary>The longest time of one of its statements.</summary>
    TimeSpan StatementTimeout { get; }

    /// <summary>Whether it works with a connection of its own to PostgreSQL.</summary>
    bool NeedsConnection => true;

    /// <summary>Whether it works on this kind of store.</summary>
    bool IsFor(MaintenanceTarget target);

    /// <summary>Does what is due. Each change goes through <see cref="MaintenanceRun"/>, which checks the leadership and makes dry runs.</summary>
    /// <returns>What was gained, in words; null if there was nothing to do.</returns>
    Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken);
}
