namespace Nexus.Postgres;

/// <summary>Where PostgreSQL is and how it is used. The members are described at the options of the library that have the same names.</summary>
internal sealed record PostgresOptions
{
    /// <summary>A URL, or key=value form.</summary>
    public required string? Database { get; init; }

    public string Schema { get; init; } = "public";

    public int MinPoolSize { get; init; } = 5;

    public int MaxPoolSize { get; init; } = 20;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public bool MigrateOnOpen { get; init; } = true;

    public int Writers { get; init; } = 2;

    /// <summary>The fallback mode as heartbeats carry it.</summary>
    public string InstanceMode { get; init; } = "off";

    /// <summary>Whether this instance must be the only one with its <see cref="InstanceMode"/>.</summary>
    public bool IsOnlyWriter { get; init; }
}
