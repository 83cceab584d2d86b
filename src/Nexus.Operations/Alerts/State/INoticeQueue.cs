namespace Nexus.Operations.Alerts;

/// <summary>Notices about subscriptions that wait for the notifiers.</summary>
internal interface INoticeQueue
{
    /// <summary>The oldest documents by their keys, some at a time.</summary>
    Task<IReadOnlyList<QueuedNotices>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes a document whose notices were taken.</summary>
    Task RemoveAsync(string key, CancellationToken cancellationToken);
}

/// <summary>A document of the queue.</summary>
internal sealed record QueuedNotices(string Key, IReadOnlyList<SubscriptionEntry> Entries);
