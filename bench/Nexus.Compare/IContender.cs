namespace Nexus.Compare;

/// <summary>
/// One way of keeping sessions: 10,000 of them, each with a config of about 744 bytes and two secrets that are sealed before they are stored. Every
/// save is durable when it returns.
/// </summary>
internal interface IContender : IAsyncDisposable
{
    /// <summary>What a reader knows it by.</summary>
    string Name { get; }

    /// <summary>Its version.</summary>
    string Version { get; }

    /// <summary>Whether it uses the PostgreSQL server of the run; otherwise it keeps a file.</summary>
    bool UsesPostgres { get; }

    /// <summary>Makes its tables and the sessions.</summary>
    Task FillAsync(int sessions);

    /// <summary>Saves a session that exists.</summary>
    Task SaveAsync(int session, int revision);

    /// <summary>Reads a session and opens both secrets.</summary>
    /// <returns>The length of what was read, so that nothing is left out.</returns>
    Task<long> LoadAsync(int session);
}
