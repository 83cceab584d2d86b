using Nexus.Engine;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.SystemConfig;

namespace Nexus.Operations.ApiKeys;

/// <summary>
/// The API keys of a store: a sealed record for each, and a sealed index that changes in the same transaction. Anyone who can write to the store but
/// has no encryption key can neither create a key, nor change one, nor restore a removed one: docs/decisions/0012-sealed-records.md.
/// </summary>
/// <param name="store">Holds them.</param>
/// <param name="writer">Changes them; null if they are only read.</param>
/// <param name="sealer">Opens and seals them.</param>
public sealed class ApiKeyVault(IStateReader store, IStateWriter? writer, Sealer sealer)
{
    /// <summary>Keys at most: the index is one value.</summary>
    internal const int MaxKeys = 2000;

    private const int MaxAttempts = 20;

    private const string NotListed =
        "is a sealed record that the index of API keys does not list: the key was removed, and something other than Nexus restored it";

    public ApiKeyVault(IStore store, Sealer sealer)
        : this(store, store, sealer)
    {
    }

    private IStateWriter Writer => writer ?? throw new InvalidOperationException("the API keys were opened for reading only");

    /// <summary>Reads the keys as they stand at one moment.</summary>
    public async Task<ApiKeySet> ReadAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var index = await store.GetSystemConfigAsync(ReservedSettings.ApiKeyIndex, cancellationToken).ConfigureAwait(false);
            var rows = new List<SystemConfigRow>();
            await foreach (var row in store.ListSystemConfigAsync(cancellationToken).ConfigureAwait(false))
            {
                if (row.Key.StartsWith(ReservedSettings.ApiKeyPrefix, StringComparison.Ordinal)) rows.Add(row);
            }
            // Every change of the keys changes the index, so an unchanged index proves that the records belong to it.
            var after = await store.GetSystemConfigAsync(ReservedSettings.ApiKeyIndex, cancellationToken).ConfigureAwait(false);
            if (after?.Version == index?.Version || attempt == MaxAttempts) return Judge(after, rows);
        }
    }

    /// <summary>Adds a key and says which generation it got.</summary>
    /// <param name="create">The record for a generation.</param>
    /// <param name="updatedBy">Who makes it.</param>
    /// <param name="cancellationToken">Before it is written.</param>
    /// <exception cref="NexusStateException">The index cannot be trusted, or there are too many keys.</exception>
    public Task<ApiKeyRecord> AddAsync(Func<long, DateTimeOffset, ApiKeyRecord> create, string? updatedBy, CancellationToken cancellationToken) =>
        ChangeAsync(
        async (set, now) =>
        {
            if (set.Index.Keys.Count >= MaxKeys) throw new NexusStateException("API keys:", $"the limit of {MaxKeys} is reached; remove some first");
            var next = set.Index.Next(now, set.Index.Keys);
            var record = create(next.Generation, now);
            var listed = next with { Keys = new Dictionary<string, long>(next.Keys, StringComparer.Ordinal) { [record.Id] = record.Generation } };
            var stored = set.Rows.FirstOrDefault(row => row.Key == ReservedSettings.ApiKey(record.Id));
            var write = ReservedSettings.Set(ReservedSettings.ApiKey(record.Id), record.Seal(sealer), updatedBy, stored?.Version ?? 0);
            return await TryApplyAsync([write, IndexWrite(listed, set, updatedBy)], cancellationToken).ConfigureAwait(false) ? record : null;
        },
        cancellationToken);

    /// <summary>Removes a key.</summary>
    /// <returns>False if there was none.</returns>
    /// <exception cref="NexusStateException">The index cannot be trusted.</exception>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var removed = await ChangeAsync(
            async (set, now) =>
            {
                var stored = set.Rows.FirstOrDefault(row => row.Key == ReservedSettings.ApiKey(id));
                if (stored is null && !set.Index.Keys.ContainsKey(id)) return (bool?)false;
                List<Write> writes = [IndexWrite(set.Index.Next(now, set.Index.Keys.Where(key => key.Key != id)), set, updatedBy: null)];
                if (stored is not null) writes.Insert(0, ReservedSettings.Remove(stored.Key, stored.Version));
                return await TryApplyAsync(writes, cancellationToken).ConfigureAwait(false) ? true : null;
            },
            cancellationToken).ConfigureAwait(false);
        return removed!.Value;
    }

    /// <summary>Removes a key's record alone: while the index cannot be changed. <see cref="PruneAsync"/> follows once it can.</summary>
    public async Task<bool> RemoveRecordAsync(string id, CancellationToken cancellationToken)
    {
        var outcome = (await Writer.ApplyAsync([ReservedSettings.Remove(ReservedSettings.ApiKey(id), null)], atomic: false,
            cancellationToken).ConfigureAwait(false))[0];
        return outcome.Status switch
        {
            WriteStatus.NotFound => false,
            _ when outcome.IsApplied => true,
            _ => throw outcome.ToException($"API key {id}"),
        };
    }

    /// <summary>Takes keys out of the index whose record is gone, so that the record cannot be restored later.</summary>
    public Task PruneAsync(CancellationToken cancellationToken) => ChangeAsync(
        async (set, now) =>
        {
            var missing = set.Missing.ToHashSet(StringComparer.Ordinal);
            if (missing.Count == 0) return true;
            var pruned = set.Index.Next(now, set.Index.Keys.Where(key => !missing.Contains(key.Key)));
            return await TryApplyAsync([IndexWrite(pruned, set, updatedBy: null)], cancellationToken).ConfigureAwait(false) ? true : (bool?)null;
        },
        cancellationToken);

    /// <summary>An administrator's decision: from now on just these keys are accepted, and what else is stored as an API key is removed.</summary>
    /// <param name="ids">Ids of records that open; none for no key at all.</param>
    /// <param name="above">A generation that was seen before; the new one is above it.</param>
    /// <param name="cancellationToken">Before it is written.</param>
    /// <exception cref="NexusNotFoundException">There is no such record, or it does not open.</exception>
    internal async Task<IReadOnlyList<ApiKeyRecord>> AcceptAsync(IReadOnlyCollection<string> ids, long above, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var set = await ReadAsync(cancellationToken).ConfigureAwait(false);
            var known = set.Keys.Concat(set.Faults.Select(fault => fault.Record).OfType<ApiKeyRecord>())
                .ToDictionary(record => record.Id, StringComparer.Ordinal);
            if (ids.FirstOrDefault(id => !known.ContainsKey(id)) is { } unknown)
                throw new NexusNotFoundException($"a readable record of the API key {unknown}");
            var kept = ids.Distinct(StringComparer.Ordinal).Select(id => known[id]).ToList();
            var now = await store.GetTimeAsync(cancellationToken).ConfigureAwait(false);
            var before = set.Index with { Generation = kept.Select(record => record.Generation).Append(set.Index.Generation).Append(above).Max() };
            var others = set.Rows.Where(row => !kept.Exists(record => ReservedSettings.ApiKey(record.Id) == row.Key));
            List<Write> writes = [.. others.Select(row => ReservedSettings.Remove(row.Key, row.Version))];
            writes.Add(IndexWrite(before.Next(now, kept.Select(record => KeyValuePair.Create(record.Id, record.Generation))), set, updatedBy: null));
            if (await TryApplyAsync(writes, cancellationToken).ConfigureAwait(false)) return kept;
        }
        throw Contended();
    }

    internal Write IndexWrite(ApiKeyIndex index, ApiKeySet over, string? updatedBy) =>
        ReservedSettings.Set(ReservedSettings.ApiKeyIndex, index.Seal(sealer), updatedBy, over.IndexVersion);

    /// <summary>All or nothing; false if another writer was faster.</summary>
    internal async Task<bool> TryApplyAsync(IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        var outcomes = await Writer.ApplyAsync(writes, atomic: true, cancellationToken).ConfigureAwait(false);
        if (Array.TrueForAll(outcomes, outcome => outcome.IsApplied)) return true;
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (!outcomes[i].IsApplied && outcomes[i].Status is not (WriteStatus.RolledBack or WriteStatus.Conflict or WriteStatus.NotFound))
                throw outcomes[i].ToException(writes[i].RecordName);
        }
        return false;
    }

    private async Task<T> ChangeAsync<T>(Func<ApiKeySet, DateTimeOffset, Task<T?>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var set = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (set.Distrust is { } reason) throw new NexusStateException("API keys", $"cannot be changed: {reason}");
            if (await change(set, await store.GetTimeAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false) is { } done) return done;
        }
        throw Contended();
    }

    private static StoreUnavailableException Contended() =>
        new(StoreUnavailableReason.TimedOut, $"gave up after {MaxAttempts} attempts: the API keys kept changing; try again");

    private ApiKeySet Judge(SystemConfigRow? indexRow, List<SystemConfigRow> rows)
    {
        var (index, distrust) = ReadIndex(indexRow, rows.Count);
        var keys = new List<ApiKeyRecord>();
        var faults = new List<ApiKeyFault>();
        foreach (var row in rows)
        {
            try
            {
                var record = ApiKeyRecord.Open(sealer, row.Key, row.Value.Span);
                if (index.Keys.TryGetValue(record.Id, out var generation) && generation == record.Generation) keys.Add(record);
                else faults.Add(new ApiKeyFault(row.Key, distrust ?? NotListed, record));
            }
            catch (SecretUnreadableException error)
            {
                faults.Add(new ApiKeyFault(row.Key, error.Message));
            }
        }
        return new ApiKeySet(index, indexRow?.Version ?? 0, keys, faults, rows, distrust);
    }

    private (ApiKeyIndex Index, string? Distrust) ReadIndex(SystemConfigRow? row, int records)
    {
        if (row is null)
        {
            return (ApiKeyIndex.Empty, records == 0 ? null
                : $"the setting {ReservedSettings.ApiKeyIndex} is missing although records of API keys exist; {Remedy}");
        }
        try
        {
            return (ApiKeyIndex.Open(sealer, row.Value.Span), null);
        }
        catch (SecretUnreadableException error)
        {
            return (ApiKeyIndex.Empty, $"{error.Message}; {Remedy}");
        }
    }

    /// <summary>Why stored keys are not trusted that are older than what was seen.</summary>
    public static string RolledBack(long stored, long seen) =>
        $"the stored API keys have generation {stored}, but generation {seen} was seen before: the database was restored to an earlier state, "
        + $"so removed keys may be valid again; {Remedy}";

    /// <summary>What an administrator does about an index that cannot be trusted.</summary>
    internal const string Remedy = "list the records of the API keys, and accept those that are yours";
}
