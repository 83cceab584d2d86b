using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Operations.Leadership;
using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>Registers the alerts of a server.</summary>
public static class AlertServices
{
    /// <summary>
    /// Adds the evaluation of the rules, <see cref="IAlertBook"/> and the notifiers. Needs the services of <see cref="MonitoringServices"/>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="nexus">The settings of the store.</param>
    /// <param name="options">The settings of the alerts.</param>
    public static IServiceCollection AddAlerts(this IServiceCollection services, NexusOptions nexus, AlertOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(nexus);
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton<NotifierFactory>();
        services.AddSingleton(provider => new DeliverySender(
            provider.GetRequiredService<NotifierFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SettingsFile(
            options.File ?? Path.Combine(nexus.DataFolder, AlertSettingsReader.FileName), options.File is not null,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SettingsFile>>()));
        services.AddSingleton<IAlertRecords, KeyedAlertRecords>();
        services.AddSingleton(provider =>
        {
            var (store, db) = (provider.GetRequiredService<StoreMonitor>(), provider.GetRequiredService<NexusDb>());
            return new AlertService(
                provider.GetRequiredService<SettingsFile>(), provider.GetRequiredService<IAlertRecords>(),
                provider.GetRequiredService<ILeaderElection>, provider.GetRequiredService<DeliverySender>(),
                options.Instance ?? InstanceName(nexus.DataFolder), () => store.IsUp && db.Fallback is not { IsLocal: true },
                provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<AlertService>>(), new KeyedNoticeQueue(db));
        });
        services.AddSingleton<IAlertBook>(provider => provider.GetRequiredService<AlertService>());
        services.AddSingleton<IMetricRound>(provider => provider.GetRequiredService<AlertService>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<AlertService>());
        // One election for all jobs of the process. It is made when the first of them starts, because the database must be open.
        services.TryAddSingleton(provider => LeaderElection.Of(
            provider.GetRequiredService<NexusDb>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>The same after a restart, and another for each data folder of a machine.</summary>
    private static string InstanceName(string dataFolder)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(dataFolder)));
        return $"{Environment.MachineName}-{Convert.ToHexStringLower(digest.AsSpan(0, 3))}";
    }
}
