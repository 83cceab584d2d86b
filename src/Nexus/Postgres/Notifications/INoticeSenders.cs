namespace Nexus.Postgres;

/// <summary>Opens connections that send change notices in transactions of their own.</summary>
internal interface INoticeSenders : IAsyncDisposable
{
    /// <inheritdoc cref="PrimaryFence.Epoch"/>
    long Epoch { get; }

    Task<INoticeSender> OpenAsync(CancellationToken cancellationToken);
}

/// <summary>A connection that sends.</summary>
internal interface INoticeSender : IAsyncDisposable
{
    /// <summary>The server process behind the connection when it was opened.</summary>
    int Process { get; }

    /// <summary>Sends notices in one transaction.</summary>
    /// <returns>The server process that sent them.</returns>
    Task<int> SendAsync(string[] notices, CancellationToken cancellationToken);
}
