using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Postgres;

/// <summary>Where PostgreSQL is and how it is used. The members are described at the options of the library that have the same names.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record PostgresOptions
{
    /// <summary>A URL, or key=value form.</summary>
    public required string? Database { get; init; }

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

    /// <summary>Whether this instance must be the only one with its <see cref="InstanceMode"/>.</summary>
    public bool IsOnlyWriter { get; init; }

    /// <summary>The schema, never the connection string.</summary>
    public override string ToString() => $"PostgreSQL, schema {Schema}";
}
