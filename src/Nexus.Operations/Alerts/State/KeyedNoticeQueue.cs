using System.Text.Json;

namespace Nexus.Operations.Alerts;

/// <summary>The queue in the keyed state, which <see cref="Nexus.Subscriptions.NexusSubscriptions"/> fills.</summary>
internal sealed class KeyedNoticeQueue(NexusDb db) : INoticeQueue
{
    private const string Namespace = "nexus.notices.queue";

    private const int MaxDocuments = 10;

    public async Task<IReadOnlyList<QueuedNotices>> ListAsync(CancellationToken cancellationToken)
    {
        List<QueuedNotices> queued = [];
        await foreach (var entry in db.State.ListAsync(Namespace, limit: MaxDocuments, cancellationToken: cancellationToken).ConfigureAwait(false))
            queued.Add(new QueuedNotices(entry.Key, Read(entry.Value.MaskedUtf8())));
        return queued;
    }

    public async Task RemoveAsync(string key, CancellationToken cancellationToken) =>
        await db.State.DeleteAsync(Namespace, key, cancellationToken: cancellationToken).ConfigureAwait(false);

    private static List<SubscriptionEntry> Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AlertStateJson.Default.ListSubscriptionEntry) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
