namespace Nexus.Audit;

/// <summary>The audited server and database.</summary>
public sealed record ServerReport
{
    /// <summary>The version as the server reports it.</summary>
    public required string Version { get; init; }

    /// <summary><c>server_version_num</c>, such as 150018.</summary>
    public int VersionNumber { get; init; }

    /// <summary>The name of the database.</summary>
    public required string Database { get; init; }

    /// <summary>The role that audited.</summary>
    public required string User { get; init; }

    /// <summary><c>superuser</c>, <c>pg_monitor</c> or <c>user</c>.</summary>
    public required string Rights { get; init; }

    /// <summary>Whether the server is a standby.</summary>
    public bool IsReplica { get; init; }

    /// <summary>Whether a pooler is in between.</summary>
    public bool BehindPooler { get; init; }

    /// <summary>The size of the database in bytes.</summary>
    public long DatabaseBytes { get; init; }

    /// <summary>When the counters were last reset; null when never.</summary>
    public DateTimeOffset? StatisticsSince { get; init; }

    /// <summary>Whether pg_stat_statements could be read.</summary>
    public bool Statements { get; init; }
}
