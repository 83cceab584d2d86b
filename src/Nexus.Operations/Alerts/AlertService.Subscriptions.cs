namespace Nexus.Operations.Alerts;

/// <summary>Notices about subscriptions: the leader takes them from their queue and delivers them as it delivers alerts.</summary>
internal sealed partial class AlertService
{
    private const int MaxEntries = 50;

    /// <summary>More wait in their own queue, so that they never push alerts out of the leader's document.</summary>
    private const int MaxWaiting = 20;

    /// <summary>
    /// The deliveries and the names of the documents they are made of are stored together, so that a crash before a document is removed does not
    /// deliver it again.
    /// </summary>
    private async Task TakeNoticesAsync(CancellationToken cancellationToken)
    {
        if (notices is null) return;
        var book = _state.Book;
        var queued = await notices.ListAsync(cancellationToken).ConfigureAwait(false);
        var isChanged = book.TakenNotices.RemoveAll(taken => queued.All(document => document.Key != taken)) > 0;
        foreach (var document in queued.Where(document => !book.TakenNotices.Contains(document.Key)))
        {
            if (book.Deliveries.Count(delivery => delivery.Kind == NoticeKind.Subscription) >= MaxWaiting) break;
            var now = clock.GetUtcNow();
            foreach (var notifier in file.Settings.SubscriptionNotifiers)
            {
                book.Deliveries.AddRange(document.Entries.Chunk(MaxEntries).Select(entries => new Delivery
                {
                    Id = $"msg_{Guid.CreateVersion7(now):n}",
                    Notifier = notifier,
                    Kind = NoticeKind.Subscription,
                    Alerts = [],
                    Subscriptions = [.. entries],
                    CreatedAt = now,
                    NextAttemptAt = now,
                }));
            }
            book.TakenNotices.Add(document.Key);
            isChanged = true;
        }
        if (isChanged) await _state.SaveAsync(cancellationToken).ConfigureAwait(false);
        foreach (var taken in book.TakenNotices.ToList()) await notices.RemoveAsync(taken, cancellationToken).ConfigureAwait(false);
    }
}
