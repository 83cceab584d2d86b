namespace Nexus.Postgres;

/// <summary>Asks one host what it is, on a connection that is kept while the host responds.</summary>
internal interface IHostProbe : IAsyncDisposable
{
    /// <summary>Connects if that is needed, and checks the server.</summary>
    Task<ServerLook> LookAsync(CancellationToken cancellationToken);

    /// <summary>Gives up the connection; the next check opens another one.</summary>
    ValueTask CloseAsync();
}
