using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;

namespace Nexus;

/// <summary>Registers Nexus in a host.</summary>
public static class NexusServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="NexusDb"/> as a singleton that opens when the host starts, before other hosted services added after it, and drains
    /// its writes when the host stops.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the settings that <see cref="NexusOptions.FromEnvironment"/> has read.</param>
    public static IServiceCollection AddNexus(this IServiceCollection services, Action<NexusOptions>? configure = null) => services.AddNexus(() =>
    {
        var options = NexusOptions.FromEnvironment();
        configure?.Invoke(options);
        return options;
    });

    /// <summary>The same with the settings of a configuration section over those of the environment: <see cref="NexusOptions.Read"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">For example <c>builder.Configuration.GetSection("Nexus")</c>. It is read now, so that a wrong setting ends the start.</param>
    /// <exception cref="NexusConfigurationException">A name is not one of a setting, or a value cannot be used. It is named with its path.</exception>
    public static IServiceCollection AddNexus(this IServiceCollection services, IConfiguration section)
    {
        var options = NexusOptions.FromEnvironment();
        options.Read(section);
        options.Validate();
        return services.AddNexus(options);
    }

    /// <summary>The same with settings that are complete: the environment is not read.</summary>
    public static IServiceCollection AddNexus(this IServiceCollection services, NexusOptions options) => services.AddNexus(() => options);

    private static IServiceCollection AddNexus(this IServiceCollection services, Func<NexusOptions> options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
            new NexusDb(options(), provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<NexusHost>();
        return services;
    }

    private sealed class NexusHost(NexusDb db) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => db.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => db.CloseAsync(cancellationToken);
    }
}
