using Nexus.Errors;
using Nexus.Operations.ApiKeys;
using Nexus.Secrets;
using Nexus.SystemConfig;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// Imports API keys, if requested. Each must be a complete sealed record that the export's sealed index lists, so that a line which
/// was added to the file is refused.
/// </summary>
internal sealed class ApiKeyImport(ImportTarget target, ImportOptions options)
{
    private readonly ApiKeyVault _vault = new(target.Store, target.Writer, target.Sealer);
    private ApiKeyIndex? _index;
    private Task _previous = Task.CompletedTask;

    /// <summary>Remembers the index, which precedes the keys in an export.</summary>
    public void Look(ReservedRecord record)
    {
        if (record.Key != ReservedSettings.ApiKeyIndex) return;
        try
        {
            _index = ApiKeyIndex.Open(target.Sealer, record.Value.Span);
        }
        catch (SecretUnreadableException)
        {
            // The error is reported when the record itself is imported.
        }
    }

    /// <exception cref="NexusValidationException">The record is not an API key, or the export's index does not list it.</exception>
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
            if (!ReservedSettings.ConcernsApiKeys(reserved.Key))
                throw new NexusValidationException("key", $"{ReservedSettings.Prefix} is reserved, and this is not an API key");
            var record = ApiKeyRecord.Open(target.Sealer, reserved.Key, reserved.Value.Span);
            // Sequentially, because each key changes the store's index.
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
        if (_index is null) throw new NexusValidationException("value", "the export has no index of its API keys before this record");
        if (!_index.Keys.TryGetValue(record.Id, out var generation) || generation != record.Generation)
            throw new NexusValidationException(
                "value", "the export's index of API keys does not list it: the key was removed, and the line was added to the file afterwards");
        var set = await _vault.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (set.Keys.Any(key => key.Id == record.Id)) return ImportResult.Unchanged;
        if (!options.DryRun)
            await _vault.AddAsync((next, _) => record with { Generation = next }, updatedBy: "import", cancellationToken).ConfigureAwait(false);
        return ImportResult.Imported;
    }
}
