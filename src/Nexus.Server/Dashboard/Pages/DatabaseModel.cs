using Nexus.Audit;
using Nexus.Stores;

namespace Nexus.Server.Dashboard;

/// <summary>The database: tables, indexes, locks, audit.</summary>
public sealed class DatabaseModel
{
    /// <summary>The store; null if it was never read.</summary>
    public StoreStatus? Store { get; init; }

    /// <summary>The figures; null on the embedded store, or if PostgreSQL does not respond.</summary>
    public DatabaseFigures? Figures { get; init; }

    /// <summary>Why there are no figures; null if there are.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the state is in PostgreSQL.</summary>
    public bool IsPostgres { get; init; }

    /// <summary>The last audit; null before the first.</summary>
    public AuditReport? Audit { get; init; }

    /// <summary>Whether an audit is running.</summary>
    public bool IsAuditing { get; init; }

    /// <summary>Why the last audit failed; null if it did not.</summary>
    public string? AuditError { get; init; }
}
