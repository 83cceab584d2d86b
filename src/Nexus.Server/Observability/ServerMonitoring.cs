using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Operations.Alerts;
using Nexus.Operations.Leadership;
using Nexus.Operations.Monitoring;
using Nexus.Server.Settings;

namespace Nexus.Server.Observability;

/// <summary>Registers the monitoring and the alerts of a server.</summary>
internal static class ServerMonitoring
{
    public static IServiceCollection AddMonitoring(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options.Monitoring);
        services.AddSingleton<IMetricSource>(provider => provider.GetRequiredService<ServerMetrics>());
        services.AddSingleton(provider => new StoreMonitor(
            provider.GetRequiredService<NexusDb>(), options.Nexus, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => new MetricHistory(options.Monitoring, Charts.All, []));
        services.AddSingleton<IMetricHistory>(provider => provider.GetRequiredService<MetricHistory>());
        services.AddSingleton<MonitoringMeter>();
        if (options.Nexus.UsesPostgres) services.AddPostgresMonitoring(options);
        else services.AddSingleton<IQueryStatistics, NoQueryStatistics>();
        services.AddAlerts(options);
        services.AddHostedService<MonitoringService>();
        // One election for all jobs of the process. It is made when the first of them starts, because the database must be open.
        services.TryAddSingleton(provider => LeaderElection.Of(
            provider.GetRequiredService<NexusDb>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static void AddPostgresMonitoring(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(provider => new MonitorConnection(
            options.Nexus, provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PostgresCollector(
            provider.GetRequiredService<MonitorConnection>(), options.Monitoring, options.Nexus.Schema, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PostgresCollector>>()));
        services.AddSingleton<IFigureReader>(provider => provider.GetRequiredService<PostgresCollector>());
        services.AddSingleton(provider => new QueryStatistics(
            provider.GetRequiredService<MonitorConnection>(), options.Monitoring, options.Nexus.DataFolder,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<QueryStatistics>>()));
        services.AddSingleton<IQueryStatistics>(provider => provider.GetRequiredService<QueryStatistics>());
        services.AddSingleton<IFigureReader>(provider => provider.GetRequiredService<QueryStatistics>());
        services.AddSingleton<IMetricRound>(provider => provider.GetRequiredService<QueryStatistics>());
    }

    private static void AddAlerts(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<NotifierFactory>();
        services.AddSingleton(provider => new DeliverySender(
            provider.GetRequiredService<NotifierFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SettingsFile(
            options.Alerts.File ?? Path.Combine(options.Nexus.DataFolder, AlertSettingsReader.FileName), options.Alerts.File is not null,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SettingsFile>>()));
        services.AddSingleton<IAlertRecords, KeyedAlertRecords>();
        services.AddSingleton(provider =>
        {
            var (store, db) = (provider.GetRequiredService<StoreMonitor>(), provider.GetRequiredService<NexusDb>());
            return new AlertService(
                provider.GetRequiredService<SettingsFile>(), provider.GetRequiredService<IAlertRecords>(),
                provider.GetRequiredService<ILeaderElection>, provider.GetRequiredService<DeliverySender>(),
                options.Alerts.Instance ?? InstanceName(options.Nexus.DataFolder), () => store.IsUp && db.Fallback is not { IsLocal: true },
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AlertService>>());
        });
        services.AddSingleton<IAlertBook>(provider => provider.GetRequiredService<AlertService>());
        services.AddSingleton<IMetricRound>(provider => provider.GetRequiredService<AlertService>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<AlertService>());
    }

    /// <summary>The same after a restart, and another for each data folder of a machine.</summary>
    private static string InstanceName(string dataFolder)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(dataFolder)));
        return $"{Environment.MachineName}-{Convert.ToHexStringLower(digest.AsSpan(0, 3))}";
    }
}
