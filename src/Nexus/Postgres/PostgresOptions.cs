using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Postgres;

/// <summary>Where PostgreSQL is and how it is used. The members are described at the options of the library that have the same names.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record PostgresOptions
{
    /// <summary>A URL, or key=value form. Options for another database have a fence of their own.</summary>
    public required string? Database
    {
        get;
        init => (field, Fence) = (value, new PrimaryFence());
    }

    /// <summary>The server's own address where <see cref="Database"/> leads through a pooler; null or empty for none.</summary>
    public string? DirectDatabase { get; init; }

    /// <summary>The schema of the tables. Default: <c>public</c>.</summary>
    public string Schema { get; init; } = "public";

    /// <summary>Connections that are kept open. Default: 5.</summary>
    public int MinPoolSize { get; init; } = 5;

    /// <summary>The most connections, all uses counted. Default: 20.</summary>
    public int MaxPoolSize { get; init; } = 20;

    /// <summary>How long opening a connection may take. Default: 15 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a statement may take. Default: 30 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether opening the store migrates its schema. Default: true.</summary>
    public bool MigrateOnOpen { get; init; } = true;

    /// <summary>How many batches of writes may be in flight at once. Default: 2.</summary>
    public int Writers { get; init; } = 2;

    /// <summary>The fallback mode as heartbeats carry it.</summary>
    public string InstanceMode { get; init; } = "off";

    /// <summary>
    /// Whether other instances are told of a commit after it. Otherwise each batch tells them in its transaction, as in earlier versions: one commit
    /// at a time in the whole cluster then waits for the disk and the standbys. Default: true.
    /// </summary>
    internal bool AnnouncesAfterCommit { get; init; } = true;

    /// <summary>Whether this instance must be the only one with its <see cref="InstanceMode"/>.</summary>
    public bool IsOnlyWriter { get; init; }

    /// <summary>Set where the store is one of several shards.</summary>
    internal ShardGuard? Shard { get; init; }

    /// <summary>Keeps out a primary that was replaced. Copies of the options share it.</summary>
    internal PrimaryFence Fence { get; init; } = new();

    /// <summary>The schema, never the connection string.</summary>
    public override string ToString() => $"PostgreSQL, schema {Schema}";
}
