using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.ApiKeys;

namespace Nexus.Server.Api;

/// <summary>
/// The API keys of the store, and whether they can be trusted: a state that is older than one seen before, by this process or an
/// earlier one with this data folder, is not trusted.
/// </summary>
internal sealed partial class ApiKeySource(NexusDb db, string folder, ILogger logger)
{
    /// <summary>The generation of a store whose keys were taken over and that has no index yet.</summary>
    private const long NoIndexYet = 1;

    private readonly ApiKeyVault _vault = new(db.Store, db.Sealer);
    private readonly ApiKeyAnchor _anchor = new(folder, db.Sealer);
    private Dictionary<string, ApiKey> _keys = new(StringComparer.Ordinal);
    private long _seen = -1;
    private bool _holdsWholeRecords;

    /// <summary>Why the stored keys are not trusted; null while they are.</summary>
    public string? Distrust { get; private set; }

    /// <summary>
    /// Reads the keys. If the store cannot be trusted, keys that this process already knows stay valid, and no others are accepted.
    /// </summary>
    public async Task<Dictionary<string, ApiKey>> LoadAsync(CancellationToken cancellationToken)
    {
        if (_seen < 0) _seen = await ReadAnchorAsync(cancellationToken);
        if (!await EnsureWholeRecordsAsync(cancellationToken)) return _keys;
        var set = await _vault.ReadAsync(cancellationToken);
        foreach (var fault in set.Faults) LogRefused(logger, fault.Setting, fault.Reason);
        Distrust =
            set.Distrust ?? (set.Index.Generation < _seen && set.IndexVersion > 0 ? ApiKeyVault.RolledBack(set.Index.Generation, _seen) : null);
        if (Distrust is { } reason)
        {
            LogDistrusted(logger, reason);
            return _keys;
        }
        if (set.Missing.Any() && !IsAway) await _vault.PruneAsync(cancellationToken);
        await NoteAsync(Math.Max(set.Index.Generation, NoIndexYet), cancellationToken);
        return _keys = set.Keys.Select(Of).ToDictionary(key => key.Id, StringComparer.Ordinal);
    }

    /// <summary>Creates a key, which is never stored itself.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is unavailable: the index changes only there.</exception>
    /// <exception cref="NexusStateException">The stored keys are not trusted.</exception>
    public async Task<ApiKey> CreateAsync(string text, string name, ApiScopes scopes, string? createdBy, CancellationToken cancellationToken)
    {
        if (Distrust is { } reason) throw new NexusStateException("API keys", $"cannot be changed: {reason}");
        if (IsAway)
            throw new StoreUnavailableException(
                StoreUnavailableReason.Unreachable, "PostgreSQL is unavailable: API keys can be created only while it is available");
        var hash = ApiKey.HashOf(text);
        var record = await _vault.AddAsync(
            (generation, now) =>
                new ApiKeyRecord(
                    ApiKey.IdOf(hash), Convert.ToHexStringLower(hash), scopes.ToNames(), name, now, generation), createdBy, cancellationToken);
        return Of(record);
    }

    /// <summary>
    /// Removes a key. While PostgreSQL is unavailable, or the index is not trusted, its record is removed at once and the index follows.
    /// </summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (!IsAway && Distrust is null) return await _vault.RemoveAsync(id, cancellationToken);
        var known = _keys;
        if (known.ContainsKey(id)) _keys = known.Where(key => key.Key != id).ToDictionary(StringComparer.Ordinal);
        return await _vault.RemoveRecordAsync(id, cancellationToken) || known.ContainsKey(id);
    }

    private bool IsAway => db.Fallback?.IsLocal == true;

    /// <summary>Takes over the keys of an earlier version, once. The data folder records it, so that it does not happen again.</summary>
    private async Task<bool> EnsureWholeRecordsAsync(CancellationToken cancellationToken)
    {
        if (_holdsWholeRecords) return true;
        var canSay = await ApiKeyUpgrade.IsDoneAsync(db.Store, db.Sealer, cancellationToken);
        if (!canSay && _seen > 0)
        {
            Distrust = ApiKeyVault.RolledBack(stored: 0, _seen);
            LogDistrusted(logger, Distrust);
            return false;
        }
        // While PostgreSQL is unavailable, the local replica is read as it is. The keys are taken over once PostgreSQL is available.
        if (!canSay && IsAway) return false;
        return _holdsWholeRecords = canSay || await new ApiKeyUpgrade(db.Store, db.Sealer, logger).EnsureAsync(cancellationToken);
    }

    private async Task<long> ReadAnchorAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _anchor.ReadAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NexusConfigurationException(_anchor.Path, $"cannot be read: {error.Message}", error);
        }
    }

    private async Task NoteAsync(long generation, CancellationToken cancellationToken)
    {
        if (generation <= _seen) return;
        _seen = generation;
        try
        {
            await _anchor.WriteAsync(generation, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotNoted(logger, error, _anchor.Path);
        }
    }

    private static ApiKey Of(ApiKeyRecord record) =>
        new(record.Id, record.Name, ApiScopeNames.Parse(record.Scopes), Convert.FromHexString(record.Hash), record.CreatedAt);

    [LoggerMessage(3011, LogLevel.Warning, "The setting {Setting} is not accepted as an API key: {Reason}")]
    private static partial void LogRefused(ILogger logger, string setting, string reason);

    [LoggerMessage(
        3012, LogLevel.Error, "The stored API keys are not trusted. Only the admin key and API keys that were known before are accepted: {Reason}")]
    private static partial void LogDistrusted(ILogger logger, string reason);

    [LoggerMessage(
        3013,
        LogLevel.Warning,
        "The generation of the API keys could not be written to {File}: after a restart, an earlier state of the database would not be detected")]
    private static partial void LogNotNoted(ILogger logger, Exception error, string file);
}
