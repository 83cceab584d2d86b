namespace Nexus.Operations.Alerts;

/// <summary>How an attempt ended.</summary>
/// <param name="Arrived">Whether the receiver took the message.</param>
/// <param name="Error">Why not; never a secret.</param>
/// <param name="RetryAfter">How long the receiver asks to wait; null if it does not.</param>
/// <param name="IsFinal">Whether another attempt is pointless.</param>
/// <param name="Disables">Whether the receiver accepts no more messages.</param>
internal sealed record DeliveryResult(bool Arrived, string? Error = null, TimeSpan? RetryAfter = null, bool IsFinal = false, bool Disables = false)
{
    public static DeliveryResult Ok { get; } = new(Arrived: true);

    public static DeliveryResult Failed(string error, TimeSpan? retryAfter = null) => new(Arrived: false, error, retryAfter);

    public static DeliveryResult Refused(string error, bool disables = false) => new(Arrived: false, error, IsFinal: true, Disables: disables);
}
