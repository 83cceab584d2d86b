using Microsoft.Extensions.Diagnostics.HealthChecks;
using Nexus.Errors;

namespace Nexus;

/// <summary>
/// Healthy while the store responds. Degraded while it responds with a concern, or while the local replica serves. Otherwise the registration's
/// failure status, which is unhealthy unless the host says otherwise.
/// </summary>
internal sealed class NexusHealthCheck(NexusDb db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await db.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NexusException or InvalidOperationException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, error is NexusException ? error.Message : "The database is not open.");
        }
        var fallback = db.Fallback;
        var data = new Dictionary<string, object>
        {
            ["queuedWrites"] = db.QueuedWrites,
            ["outboxPending"] = fallback?.Pending ?? 0,
            ["concerns"] = db.Concerns.Select(concern => concern.Code).ToArray(),
        };
        var reasons = db.Concerns.Select(concern => concern.Message).ToList();
        if (fallback is { IsLocal: true }) reasons.Insert(0, "The local replica serves because PostgreSQL is unavailable.");
        return reasons.Count == 0
            ? HealthCheckResult.Healthy("The store responds.", data)
            : HealthCheckResult.Degraded(string.Join(' ', reasons), data: data);
    }
}
