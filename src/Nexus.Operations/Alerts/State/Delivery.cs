namespace Nexus.Operations.Alerts;

/// <summary>A message that has to arrive at one notifier.</summary>
internal sealed record Delivery
{
    /// <summary>Stays over all attempts, so that a receiver can recognise a repetition.</summary>
    public required string Id { get; init; }

    public required string Notifier { get; init; }

    public required NoticeKind Kind { get; init; }

    public required List<AlertNotice> Alerts { get; init; }

    /// <summary>Of <see cref="NoticeKind.Subscription"/>.</summary>
    public List<SubscriptionEntry>? Subscriptions { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public int Attempts { get; init; }

    public required DateTimeOffset NextAttemptAt { get; init; }
}
