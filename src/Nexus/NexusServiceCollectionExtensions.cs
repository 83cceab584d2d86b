using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus;

/// <summary>Registers Nexus in a host.</summary>
/// <remarks>
/// <see cref="NexusDb"/> is a singleton. It opens when the host starts, before hosted services that were added after it, and drains its writes when
/// the host stops. The environment is read only where <see cref="NexusOptions.ReadEnvironment"/> is called. Settings are checked when the host
/// starts.
/// </remarks>
public static class NexusServiceCollectionExtensions
{
    /// <summary>Adds <see cref="NexusDb"/> with settings from code.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the defaults. Each further call applies on top of the earlier ones.</param>
    /// <exception cref="OptionsValidationException">When the host starts: a setting is out of its range.</exception>
    /// <example><code>
    /// builder.Services.AddNexus(options =>
    /// {
    ///     options.ReadEnvironment();
    ///     options.DataFolder = "data";
    /// });
    /// </code></example>
    public static IServiceCollection AddNexus(this IServiceCollection services, Action<NexusOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddDatabase(null, configure);
    }

    /// <summary>Adds <see cref="NexusDb"/> with the settings of a configuration section, by the names of <see cref="NexusOptions"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">For example <c>builder.Configuration.GetSection("Nexus")</c>. It is checked now and read again when the database
    /// opens.</param>
    /// <exception cref="NexusConfigurationException">A name is unknown or a value is invalid. The message gives its
    /// path.</exception>
    /// <example><code>builder.Services.AddNexus(builder.Configuration.GetSection("Nexus"));</code></example>
    public static IServiceCollection AddNexus(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddDatabase(null, Reading(section));
    }

    /// <summary>Adds <see cref="NexusDb"/> with complete settings.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">Read-only once the database is open.</param>
    /// <example><code>builder.Services.AddNexus(new NexusOptions { DataFolder = "data" });</code></example>
    public static IServiceCollection AddNexus(this IServiceCollection services, NexusOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(Options.Create(options));
        return services.AddDatabase(null, null);
    }

    /// <summary>Adds one of several databases of a host, registered under a key.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="key">The service key, and the name of its <see cref="NexusOptions"/>. Each database needs its own data folder.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="OptionsValidationException">When the host starts: a setting is out of its range.</exception>
    /// <example><code>
    /// builder.Services.AddKeyedNexus("paper", options => options.DataFolder = "data/paper");
    /// builder.Services.AddKeyedNexus("live", options => options.DataFolder = "data/live");
    ///
    /// sealed class Desk([FromKeyedServices("live")] NexusDb live);
    /// </code></example>
    public static IServiceCollection AddKeyedNexus(this IServiceCollection services, string key, Action<NexusOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddDatabase(key, configure);
    }

    /// <summary>Adds one of several databases of a host with the settings of a configuration section.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="key">The service key, and the name of its <see cref="NexusOptions"/>. Each database needs its own data folder.</param>
    /// <param name="section">It is checked now and read again when the database opens.</param>
    /// <exception cref="NexusConfigurationException">A name is unknown or a value is invalid. The message gives its
    /// path.</exception>
    /// <example><code>builder.Services.AddKeyedNexus("live", builder.Configuration.GetSection("Live"));</code></example>
    public static IServiceCollection AddKeyedNexus(this IServiceCollection services, string key, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(key);
        return services.AddDatabase(key, Reading(section));
    }

    private static Action<NexusOptions> Reading(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var options = new NexusOptions();
        options.Read(section);
        options.Validate();
        return changed => changed.Read(section);
    }

    private static IServiceCollection AddDatabase(this IServiceCollection services, string? key, Action<NexusOptions>? configure)
    {
        var options = services.AddOptions<NexusOptions>(key).ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NexusOptions>, NexusOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        if (services.Any(service => service.ServiceType == typeof(NexusDb) && Equals(service.ServiceKey, key))) return services;
        if (key is null) services.AddSingleton(provider => Create(provider, null));
        else services.AddKeyedSingleton(key, (provider, _) => Create(provider, key));
        return services.AddSingleton<IHostedService>(provider =>
            new NexusHost(key is null ? provider.GetRequiredService<NexusDb>() : provider.GetRequiredKeyedService<NexusDb>(key)));
    }

    private static NexusDb Create(IServiceProvider provider, string? key) => new(
        key is null ? provider.GetRequiredService<IOptions<NexusOptions>>().Value : provider.GetRequiredService<IOptionsMonitor<NexusOptions>>()
            .Get(key),
        provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
        provider.GetRequiredService<TimeProvider>(),
        new EngineTelemetry(provider.GetService<IMeterFactory>(), key));

    private sealed class NexusOptionsValidator : IValidateOptions<NexusOptions>
    {
        public ValidateOptionsResult Validate(string? name, NexusOptions options)
        {
            string[] errors = [.. options.FindErrors().Select(error => error.Message)];
            return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }

    private sealed class NexusHost(NexusDb db) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => db.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => db.CloseAsync(cancellationToken);
    }
}
