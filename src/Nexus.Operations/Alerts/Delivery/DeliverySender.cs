using Nexus.Errors;

namespace Nexus.Operations.Alerts;

/// <summary>Attempts deliveries and says when to try again.</summary>
internal sealed class DeliverySender(NotifierFactory notifiers, TimeProvider clock, Func<double>? jitter = null)
{
    /// <summary>A delivery that failed so often, over two days, is given up.</summary>
    public const int MaxAttempts = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The schedule of the Standard Webhooks specification.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    private readonly Func<double> _jitter = jitter ?? Random.Shared.NextDouble;

    /// <summary>Sends once. Never throws for what the receiver or the network does.</summary>
    public async Task<DeliveryResult> SendAsync(NotifierSettings settings, Delivery delivery, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            return await notifiers.Create(settings).SendAsync(new AlertMessage(delivery, clock.GetUtcNow()), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryResult.Failed($"no response within {Patience.TotalSeconds:0} s");
        }
        catch (HttpRequestException error)
        {
            return DeliveryResult.Failed($"cannot be reached: {error.Message}");
        }
        catch (NexusException error)
        {
            return DeliveryResult.Failed(error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The other notifiers of the round have delivered: without their results they would send again. Its message may quote a secret.
            return DeliveryResult.Failed($"failed unexpectedly ({error.GetType().Name})");
        }
    }

    /// <summary>When to try again after a failure; null to give up.</summary>
    public DateTimeOffset? Next(Delivery delivery, DeliveryResult result)
    {
        if (result.IsFinal || delivery.Attempts + 1 >= MaxAttempts) return null;
        var wait = Waits[Math.Min(delivery.Attempts, Waits.Length - 1)];
        // Up to a fifth more, so that many senders do not return at once.
        wait += wait * (0.2 * _jitter());
        var asked = result.RetryAfter is { } after && after > TimeSpan.Zero ? after : TimeSpan.Zero;
        if (asked > LongestRetryAfter) asked = LongestRetryAfter;
        return clock.GetUtcNow() + (asked > wait ? asked : wait);
    }
}
