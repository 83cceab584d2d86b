using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Nexus;

/// <summary>Registers the health of a database with a host's health checks.</summary>
public static class NexusHealthChecksBuilderExtensions
{
    /// <summary>The default time limit of a check: 5 s.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Adds a check of the database that <c>AddNexus</c> or <c>AddKeyedNexus</c> registered. It is healthy while the store responds, degraded while
    /// the store responds with a concern (<see cref="NexusDb.Concerns"/>) or the local replica serves, and unhealthy otherwise.
    /// </summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">The status if the store does not respond; null for unhealthy.</param>
    /// <param name="tags">Tags to filter checks by.</param>
    /// <param name="timeout">The longest wait for the store; null for <see cref="DefaultTimeout"/>.</param>
    /// <param name="key">The key of one of several databases; null for the only one.</param>
    /// <example><code>
    /// builder.Services.AddHealthChecks().AddNexus();
    /// app.MapHealthChecks("/health");
    /// </code></example>
    public static IHealthChecksBuilder AddNexus(
        this IHealthChecksBuilder builder,
        string name = "nexus",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null,
        string? key = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new NexusHealthCheck(key is null ? provider.GetRequiredService<NexusDb>() : provider.GetRequiredKeyedService<NexusDb>(key)),
            failureStatus,
            tags,
            timeout ?? DefaultTimeout));
    }
}
