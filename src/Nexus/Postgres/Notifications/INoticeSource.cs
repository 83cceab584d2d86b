namespace Nexus.Postgres;

/// <summary>Opens connections that receive change notices.</summary>
internal interface INoticeSource : IAsyncDisposable
{
    /// <inheritdoc cref="PrimaryTerm.WhenEnded"/>
    CancellationToken WhenEnded();

    /// <summary>Opens a connection that listens: a notice that is sent after this has returned is received.</summary>
    /// <param name="received">Called with the payload of each notice and the server process that sent it, in the order in which they arrive.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    Task<INoticeConnection> ListenAsync(Action<string, int> received, CancellationToken cancellationToken);
}

/// <summary>A connection that listens.</summary>
internal interface INoticeConnection : IAsyncDisposable
{
    /// <summary>Whether a pooler stands in between, so that the process of the handshake is not the server's.</summary>
    bool IsPooled { get; }

    /// <summary>Waits for notices, which are passed on before it returns. Throws if the connection breaks.</summary>
    Task WaitAsync(CancellationToken cancellationToken);
}
