using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Operations.Leadership;
using Nexus.Server.Settings;

namespace Nexus.Server.Maintenance;

/// <summary>Registers the election of a leader and the scheduled maintenance, right after the store.</summary>
internal static class MaintenanceServices
{
    public static void AddMaintenance(this IServiceCollection services)
    {
        // One election for all jobs of the process. It is made when the first of them starts, because the database must be open.
        services.TryAddSingleton(provider => LeaderElection.Of(
            provider.GetRequiredService<NexusDb>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IHostedService>(provider => new ElectionLifetime(provider.GetRequiredService<ILeaderElection>));
        services.AddSingleton<IHostedService>(provider => new MaintenanceService(
            provider.GetRequiredService<ServerOptions>(), provider.GetRequiredService<NexusDb>(), provider.GetRequiredService<ILeaderElection>,
            provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
    }
}
