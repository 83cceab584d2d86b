namespace Nexus.TestKit;

/// <summary>How a server of a test is set up.</summary>
public sealed record PostgresClusterOptions
{
    /// <summary>The bin folder; null: <see cref="PostgresBinaries.Find"/> chooses.</summary>
    public string? Binaries { get; init; }

    /// <summary>
    /// Whether commits reach the disk. Off by default: no test cuts the power, and a killed server loses nothing that the kernel has. On a slow disk
    /// the flushes at the creation and the end of each database take most of the time of the tests.
    /// </summary>
    public bool Fsync { get; init; }

    /// <summary>Offers TLS with a self-signed certificate for <c>localhost</c> and 127.0.0.1.</summary>
    public bool Tls { get; init; }

    /// <summary>Refuses connections without TLS.</summary>
    public bool RequireTls { get; init; }

    /// <summary>The superuser's password, asked for with SCRAM-SHA-256; null lets everybody on loopback in.</summary>
    public string? Password { get; init; }

    /// <summary>Further settings, such as <c>shared_preload_libraries</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Changes to the server's environment.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}
