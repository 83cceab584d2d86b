using Nexus.Json;
using Nexus.KeyedState;

namespace Nexus.Operations.Alerts;

/// <summary>Documents in the keyed state, in a namespace that callers of the API cannot use.</summary>
internal sealed class KeyedAlertRecords(NexusDb db) : IAlertRecords
{
    private const string Namespace = "nexus.alerts";

    public async Task<AlertRecord?> GetAsync(string key, CancellationToken cancellationToken) =>
        await db.State.GetAsync(Namespace, key, cancellationToken).ConfigureAwait(false) is { } entry ? Record(entry) : null;

    public async Task<IReadOnlyList<AlertRecord>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var records = new List<AlertRecord>();
        await foreach (var entry in db.State.ListAsync(Namespace, prefix, cancellationToken: cancellationToken).ConfigureAwait(false))
            records.Add(Record(entry));
        return records;
    }

    public async Task<long> SaveAsync(string key, string json, TimeSpan? lifetime, long? expectedVersion, CancellationToken cancellationToken) =>
        (await db.State.SaveAsync(
            Namespace, key, StateJson.Parse(json), lifetime is { } time ? StateExpiry.After(time) : null, expectedVersion, cancellationToken)
            .ConfigureAwait(false)).Version;

    private static AlertRecord Record(StateEntry entry) => new(entry.Key, entry.Value.Reveal(), entry.Version, entry.UpdatedAt);
}
