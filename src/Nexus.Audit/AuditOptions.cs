namespace Nexus.Audit;

/// <summary>How an audit is made.</summary>
internal sealed record AuditOptions
{
    /// <summary>PostgreSQL as a URL or in key=value form.</summary>
    public required string Database { get; init; }

    /// <summary>Whether a superuser, or a role that can act as one, may audit; otherwise it is refused.</summary>
    public bool AllowSuperuser { get; init; }

    /// <summary>How long the traffic is watched; 100 ms to a day.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The checks to choose from.</summary>
    public IReadOnlyList<AuditCheck> Checks { get; init; } = CheckCatalogue.All;

    /// <summary>Leaves out what concerns the whole server: logging, checkpoints, backups and the like.</summary>
    public bool DatabaseOnly { get; init; }

    /// <summary>Only these checks; empty for all.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>Checks left out, such as those about the server when only the database is judged.</summary>
    public IReadOnlyCollection<string> Ignore { get; init; } = [];
}

/// <summary>How far an audit is.</summary>
/// <param name="Phase"><c>window</c> or <c>checks</c>.</param>
/// <param name="Share">0 to 1 within the phase.</param>
internal readonly record struct AuditProgress(string Phase, double Share);
