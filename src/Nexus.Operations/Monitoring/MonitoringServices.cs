using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Nexus.Operations.Monitoring;

/// <summary>Registers the monitoring of a server.</summary>
public static class MonitoringServices
{
    /// <summary>The meter of the monitoring's and the alerts' own metrics.</summary>
    public const string MeterName = "Nexus.Monitoring";

    /// <summary>
    /// Adds the figures of store, disk and PostgreSQL, and <see cref="IQueryStatistics"/>. The host provides an
    /// <see cref="IMetricSource"/> and the open <see cref="NexusDb"/>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="nexus">The settings of the store.</param>
    /// <param name="options">The settings of the monitoring.</param>
    public static IServiceCollection AddMonitoring(this IServiceCollection services, NexusOptions nexus, MonitoringOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(nexus);
        services.AddSingleton(options);
        services.AddSingleton(provider => new StoreMonitor(
            provider.GetRequiredService<NexusDb>(), nexus, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<MetricHistory>();
        if (nexus.UsesPostgres) services.AddPostgres(nexus, options);
        else services.AddSingleton<IQueryStatistics, NoQueryStatistics>();
        services.AddSingleton<IHostedService, MonitoringService>();
        return services;
    }

    private static void AddPostgres(this IServiceCollection services, NexusOptions nexus, MonitoringOptions options)
    {
        services.AddSingleton(provider => new MonitorConnection(
            nexus, provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PostgresCollector(
            provider.GetRequiredService<MonitorConnection>(), options, nexus.Schema, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PostgresCollector>>()));
        services.AddSingleton<IFigureReader>(provider => provider.GetRequiredService<PostgresCollector>());
        services.AddSingleton(provider => new QueryStatistics(
            provider.GetRequiredService<MonitorConnection>(), options, nexus.DataFolder, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<QueryStatistics>>()));
        services.AddSingleton<IQueryStatistics>(provider => provider.GetRequiredService<QueryStatistics>());
        services.AddSingleton<IFigureReader>(provider => provider.GetRequiredService<QueryStatistics>());
        services.AddSingleton<IMetricRound>(provider => provider.GetRequiredService<QueryStatistics>());
    }
}
