using Nexus.ApiKeys;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.SystemConfig;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// Brings API keys in, where that was asked for: each must be a whole sealed record that the export's own sealed index lists, so that a line which
/// somebody added to the file is refused.
/// </summary>
internal sealed class ApiKeyImport(ImportTarget target, ImportOptions options)
{
    private readonly ApiKeyVault _vault = new(target.Store, target.Writer, target.Sealer);
    private ApiKeyIndex? _index;
    private Task _previous = Task.CompletedTask;

    /// <summary>Remembers the index, which an export names before the keys.</summary>
    public void Look(ReservedRecord record)
    {
        if (record.Key != ReservedSettings.ApiKeyIndex) return;
        try
        {
            _index = ApiKeyIndex.Open(target.Sealer, record.Value.Span);
        }
        catch (SecretUnreadableException)
        {
            // Its own turn reports it.
        }
    }

    /// <exception cref="NexusValidationException">The record is none, or the export's index does not list it.</exception>
    public async Task<ImportResult> ApplyAsync(ReservedRecord reserved, CancellationToken cancellationToken)
    {
        if (!options.ApiKeys) return reserved.Key == ReservedSettings.ApiKeyIndex ? ImportResult.Nothing : ImportResult.Left;
        try
        {
            if (reserved.Key == ReservedSettings.ApiKeyIndex)
            {
                _ = ApiKeyIndex.Open(target.Sealer, reserved.Value.Span);
                return ImportResult.Nothing;
            }
            if (!ReservedSettings.ConcernsApiKeys(reserved.Key)) throw new NexusValidationException("key", $"{ReservedSettings.Prefix} is reserved, and this is no API key");
            var record = ApiKeyRecord.Open(target.Sealer, reserved.Key, reserved.Value.Span);
            // One after the other: each changes the store's index.
            var added = AddAsync(record, _previous, cancellationToken);
            _previous = added;
            return await added.ConfigureAwait(false);
        }
        catch (SecretUnreadableException error)
        {
            throw new NexusValidationException("value", error.Message);
        }
    }

    private async Task<ImportResult> AddAsync(ApiKeyRecord record, Task previous, CancellationToken cancellationToken)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_index is null) throw new NexusValidationException("value", "the export holds no index of its API keys before it");
        if (!_index.Keys.TryGetValue(record.Id, out var generation) || generation != record.Generation)
            throw new NexusValidationException("value", "the export's index of API keys does not list it: the key was removed, and somebody put it back into the file");
        var set = await _vault.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (set.Keys.Any(key => key.Id == record.Id)) return ImportResult.Unchanged;
        if (!options.DryRun) await _vault.AddAsync((next, _) => record with { Generation = next }, updatedBy: "import", cancellationToken).ConfigureAwait(false);
        return ImportResult.Imported;
    }
}
