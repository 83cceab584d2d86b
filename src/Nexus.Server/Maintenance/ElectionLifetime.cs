using Microsoft.Extensions.Hosting;
using Nexus.Operations.Leadership;

namespace Nexus.Server.Maintenance;

/// <summary>
/// Gives the lease of the leader back when the server stops. Registered after the store and before every service that runs jobs as the leader, so
/// that it stops after them and before the store.
/// </summary>
internal sealed class ElectionLifetime(Func<ILeaderElection> election) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (election() is IAsyncDisposable disposable) await disposable.DisposeAsync();
        }
        catch (InvalidOperationException)
        {
            // The store was never opened, so that there was no election.
        }
    }
}
