namespace Nexus.Postgres;

/// <summary>Asks one host what it is, on a connection that is kept while the host responds.</summary>
internal interface IHostProbe : IAsyncDisposable
{
    /// <summary>Connects where that is needed, and asks.</summary>
    Task<ServerLook> LookAsync(CancellationToken cancellationToken);

    /// <summary>Gives the connection up; the next look opens another one.</summary>
    ValueTask CloseAsync();
}
