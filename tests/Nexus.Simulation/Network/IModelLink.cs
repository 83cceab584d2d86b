namespace Nexus.Simulation;

/// <summary>The way from one instance to the server, or to the server that is the primary.</summary>
internal interface IModelLink
{
    /// <summary>What the server knows the client's sessions by.</summary>
    object Session { get; }

    /// <summary>Increases when every connection breaks.</summary>
    int Generation { get; }

    /// <inheritdoc cref="Postgres.PrimaryFence.Epoch"/>
    long Epoch => 0;

    /// <inheritdoc cref="Postgres.PrimaryTerm.WhenEnded"/>
    CancellationToken WhenEnded() => CancellationToken.None;

    /// <summary>A connection: everything that is called on it comes to the same server.</summary>
    Task<IModelLink> OpenAsync(CancellationToken cancellationToken) => Task.FromResult(this);

    /// <inheritdoc cref="Postgres.PrimaryTerm.ThrowIfReplaced"/>
    void ThrowIfReplaced()
    {
    }

    /// <summary>The server takes no writes: the primary is looked for.</summary>
    void Leave()
    {
    }

    /// <inheritdoc cref="Postgres.PrimaryFence.AdoptAsync"/>
    Task AdoptAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>One round trip: sends a request, lets the server work, and returns its response.</summary>
    /// <param name="label">For the log.</param>
    /// <param name="atServer">What the server does.</param>
    /// <param name="cancellationToken">Ends the wait; the server may have worked nevertheless.</param>
    /// <exception cref="Npgsql.NpgsqlException">As the driver raises it.</exception>
    Task<T> CallAsync<T>(string label, Func<ModelServer, Task<T>> atServer, CancellationToken cancellationToken);

    /// <summary>Opens a session that listens: what the server sends afterwards arrives in order, until the session breaks.</summary>
    /// <param name="received">Called with each payload and the server process that sent it.</param>
    /// <param name="broken">Called when the session breaks.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>Ends the session.</returns>
    Task<Action> ListenAsync(Action<string, int> received, Action broken, CancellationToken cancellationToken);

    /// <summary>Sends a message to which there is no response.</summary>
    void Post(string label, Action<ModelServer> atServer);
}
