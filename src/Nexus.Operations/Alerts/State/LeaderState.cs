using System.Text.Json;
using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>
/// What the leader keeps and stores. Every change is stored before it is acted on, so that the next leader continues where this one ended. Not safe
/// for concurrent use.
/// </summary>
internal sealed class LeaderState(IAlertRecords records)
{
    private const string Key = "leader";

    /// <summary>The store's limit for a value, less its envelope.</summary>
    private const int MaxBytes = 250_000;

    private readonly AlertTracker _shared = new(instance: null);
    private readonly HashSet<string> _toldAlone = new(StringComparer.Ordinal);
    private HashSet<string> _savedDeliveries = new(StringComparer.Ordinal);
    private long _version = -1;

    public LeaderBook Book { get; private set; } = new();

    /// <summary>The alerts about what all instances share.</summary>
    public IReadOnlyCollection<TrackedAlert> Shared => _shared.Alerts;

    /// <summary>Takes over what the last leader stored. What this instance did alone during an outage stays if nobody led meanwhile.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var record = await records.GetAsync(Key, cancellationToken).ConfigureAwait(false);
        if (record is not null && record.Version == _version) return;
        var alone = Book.Told.Where(told => _toldAlone.Contains(told.Key)).ToList();
        var unsent = Book.Deliveries.Where(delivery => !_savedDeliveries.Contains(delivery.Id)).ToList();
        Book = record is null ? new LeaderBook() : JsonSerializer.Deserialize(record.Json, AlertStateJson.Default.LeaderBook) ?? new LeaderBook();
        // Somebody else told the same in the meantime, or nobody did: then this instance's telling counts.
        foreach (var (fingerprint, told) in alone) Book.Told.TryAdd(fingerprint, told);
        NoteSaved();
        Book.Deliveries.AddRange(unsent);
        _version = record?.Version ?? 0;
        _shared.Restore(Book.Shared);
    }

    public bool Update(IEnumerable<AlertRule> rules, MetricWindow window) => _shared.Update(rules, window);

    /// <exception cref="Errors.NexusConflictException">Another leader stored something.</exception>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        string json;
        while ((json = Write()).Length > MaxBytes && Book.Deliveries.Count > 0) Book.Deliveries.RemoveAt(0);
        _version = await records.SaveAsync(Key, json, lifetime: null, _version, cancellationToken).ConfigureAwait(false);
        NoteSaved();
    }

    /// <summary>Remembers what is told now without being stored.</summary>
    public void NoteAlone(IEnumerable<string> fingerprints) => _toldAlone.UnionWith(fingerprints);

    /// <summary>
    /// For an instance that told alerts alone during an outage and leads no more: only those stay, so that it also tells their end. True if there are
    /// any.
    /// </summary>
    public bool KeepOnlyAlone()
    {
        foreach (var fingerprint in Book.Told.Keys.Where(told => !_toldAlone.Contains(told)).ToList()) Book.Told.Remove(fingerprint);
        Book.Deliveries.RemoveAll(delivery => _savedDeliveries.Contains(delivery.Id));
        _shared.Restore([]);
        // What is stored has to be read again before this instance leads again.
        _version = -1;
        return Book.Told.Count + Book.Deliveries.Count > 0;
    }

    private void NoteSaved()
    {
        _toldAlone.Clear();
        _savedDeliveries = [.. Book.Deliveries.Select(delivery => delivery.Id)];
    }

    private string Write() => JsonSerializer.Serialize(Book with { Shared = [.. _shared.Alerts] }, AlertStateJson.Default.LeaderBook);
}
