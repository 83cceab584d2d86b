using Microsoft.Extensions.Logging;
using Nexus.Operations.Leadership;

namespace Nexus.Operations.Alerts;

/// <summary>The deliveries: each attempt is stored before it is made, so that a new leader does not repeat it at once.</summary>
internal sealed partial class AlertService
{
    /// <summary>An attempt whose leader ended in between is repeated after this time, with the same id.</summary>
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(1);

    private async Task SendDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await ClaimDueAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } due)
            {
                var results = await Task.WhenAll(due.Select(async claimed =>
                    (claimed.Delivery, claimed.Settings, Result: await sender.SendAsync(claimed.Settings, claimed.Delivery, cancellationToken)
                        .ConfigureAwait(false)))).ConfigureAwait(false);
                await NoteAsync(results, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is LeadershipLostException or OperationCanceledException)
        {
            // Another instance delivers, or the server stops.
        }
        catch (Exception error)
        {
            LogSending(logger, error);
        }
    }

    /// <summary>The first due delivery of each notifier, so that messages arrive in order.</summary>
    private async Task<List<(Delivery Delivery, NotifierSettings Settings)>> ClaimDueAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var term = Volatile.Read(ref _term);
            if ((term is null && !_ledLast) || _mustReload) return [];
            var now = clock.GetUtcNow();
            var book = _state.Book;
            book.Deliveries.RemoveAll(delivery => file.Settings.Notifiers.All(known => known.Name != delivery.Notifier));
            var due = book.Deliveries.GroupBy(delivery => delivery.Notifier, StringComparer.Ordinal)
                // Alerts do not wait behind notices about subscriptions.
                .Select(group => group.OrderBy(delivery => delivery.Kind == NoticeKind.Subscription).First())
                .Where(delivery => delivery.NextAttemptAt <= now)
                .Select(delivery => (Delivery: delivery, Settings: file.Settings.Notifiers.First(known => known.Name == delivery.Notifier)))
                .Where(found => !IsDisabled(found.Settings))
                .ToList();
            if (due.Count == 0) return [];
            foreach (var (delivery, _) in due) book.Deliveries[book.Deliveries.IndexOf(delivery)] = delivery with { NextAttemptAt = now + Claim };
            if (term is not null && isStoreUp())
            {
                // A leader that was suspended finds out here, before it tells anybody.
                await term.EnsureHeldAsync(term.Lost).ConfigureAwait(false);
                await _state.SaveAsync(term.Lost).ConfigureAwait(false);
            }
            return due;
        }
        catch (Errors.NexusConflictException)
        {
            _mustReload = true;
            return [];
        }
        catch (Errors.StoreUnavailableException)
        {
            // The claim is not stored, and so the next attempt comes when the store is back or this instance is the last leader.
            return [];
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsDisabled(NotifierSettings settings)
    {
        if (_state.Book.Notifiers.GetValueOrDefault(settings.Name) is not { Disabled: true } health) return false;
        // Other settings are another receiver.
        return health.Settings == settings.ToString();
    }

    private async Task NoteAsync((Delivery Delivery, NotifierSettings Settings, DeliveryResult Result)[] results, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var book = _state.Book;
            foreach (var (delivery, settings, result) in results)
            {
                var at = book.Deliveries.FindIndex(waiting => waiting.Id == delivery.Id);
                if (result.Arrived)
                {
                    if (at >= 0) book.Deliveries.RemoveAt(at);
                    book.Notifiers.Remove(delivery.Notifier);
                    continue;
                }
                book.Notifiers[delivery.Notifier] = new NotifierHealth
                {
                    FailingSince = book.Notifiers.GetValueOrDefault(delivery.Notifier)?.FailingSince ?? clock.GetUtcNow(),
                    Error = result.Error,
                    Disabled = result.Disables,
                    Settings = result.Disables ? settings.ToString() : null,
                };
                LogNotDelivered(logger, delivery.Notifier, result.Error ?? "");
                if (at < 0) continue;
                if (sender.Next(delivery, result) is { } next)
                    book.Deliveries[at] = delivery with { Attempts = delivery.Attempts + 1, NextAttemptAt = next };
                else book.Deliveries.RemoveAt(at);
            }
            if (Volatile.Read(ref _term) is { } term && isStoreUp()) await TryStoreAsync(() => _state.SaveAsync(term.Lost)).ConfigureAwait(false);
            _views.ShowNotifiers(file.Settings, book);
        }
        finally
        {
            _turn.Release();
        }
    }

    [LoggerMessage(2115, LogLevel.Error, "Deliveries of alerts failed; the next round continues")]
    private static partial void LogSending(ILogger logger, Exception error);

    [LoggerMessage(2116, LogLevel.Warning, "The notifier {Notifier} did not deliver an alert: {Reason}")]
    private static partial void LogNotDelivered(ILogger logger, string notifier, string reason);
}
