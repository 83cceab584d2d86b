namespace Nexus.Audit;

/// <summary>What happened in the database while the audit watched.</summary>
internal sealed record WindowData
{
    /// <summary>How long it watched, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>By the server's clock.</summary>
    public DateTimeOffset EndedAt => Database.After.At;

    /// <summary>The database's counters.</summary>
    public required DatabaseActivity Database { get; init; }

    /// <summary>Which relations are judged, and which of them the role could change.</summary>
    public required AuditedRelations Relations { get; init; }

    /// <summary>Tables that are judged, by oid.</summary>
    public required IReadOnlyDictionary<uint, TableActivity> Tables { get; init; }

    /// <summary>Indexes that are judged, by oid.</summary>
    public required IReadOnlyDictionary<uint, IndexActivity> Indexes { get; init; }

    /// <summary>This database's statements, without the audit's own; empty where pg_stat_statements cannot be read.</summary>
    public required IReadOnlyList<StatementActivity> Statements { get; init; }

    /// <summary>The SQLSTATE with which the server refused the statements' texts; null if it did not.</summary>
    public required string? StatementsRefusal { get; init; }

    /// <summary>Statements of other roles that this role may not see.</summary>
    public required long HiddenStatements { get; init; }

    /// <summary>Times that pg_stat_statements dropped entries during the window.</summary>
    public required long StatementsEvicted { get; init; }

    /// <summary>Checkpoints before and after.</summary>
    public required (CheckpointCounters Before, CheckpointCounters After) Checkpoints { get; init; }

    /// <summary>Sessions of every database, at each sample; samples are about a second apart, five at least.</summary>
    public required IReadOnlyList<IReadOnlyList<SessionSample>> Samples { get; init; }

    /// <summary>The counters were reset meanwhile, so that differences mean nothing.</summary>
    /// <remarks>PostgreSQL 14 dates a database's counters only once it has some, which is no reset.</remarks>
    public bool WasReset => (Database.Before.Since is not null && Database.After.Since != Database.Before.Since)
        || Database.After.Commits < Database.Before.Commits;

    /// <summary>Most sessions of other roles that a sample could not look into.</summary>
    public long HiddenSessions => Samples.Count == 0 ? 0 : Samples.Max(sample => sample.Count(session => session.IsHidden));

    /// <summary>
    /// A count of statements as a rate. For counters of the database, tables and indexes see <see cref="DatabaseActivity.PerSecond"/>.
    /// </summary>
    public double PerSecond(double count) => count / Seconds;
}
