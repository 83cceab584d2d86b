using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.SystemConfig;

namespace Nexus.Operations.ApiKeys;

/// <summary>
/// Upgrades API keys as the first versions kept them: JSON of which only the hash was sealed. That happens once: from then on the canary says that
/// the earlier form is refused.
/// </summary>
public sealed partial class ApiKeyUpgrade(IStore store, Sealer sealer, ILogger logger)
{
    /// <summary>Whether the store's canary says that they were upgraded, or that there was nothing to upgrade.</summary>
    public static async Task<bool> IsDoneAsync(IStore store, Sealer sealer, CancellationToken cancellationToken) =>
        await store.GetMetaAsync(KeyCanary.Name, cancellationToken).ConfigureAwait(false) is { } canary
            && KeyCanary.Verify(sealer, canary).HasFlag(SealFeatures.WholeApiKeys);

    /// <summary>Upgrades them unless that was done before.</summary>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(store, sealer, cancellationToken).ConfigureAwait(false)) return true;
        var vault = new ApiKeyVault(store, sealer);
        var set = await vault.ReadAsync(cancellationToken).ConfigureAwait(false);
        // With an index the records were taken over by a run that ended before it could say so.
        if (set.IndexVersion == 0 && set.Rows.Count > 0) await ConvertAsync(vault, set, cancellationToken).ConfigureAwait(false);
        await KeyCanary.RenewAsync(store, sealer, SealFeatures.WholeApiKeys, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task ConvertAsync(ApiKeyVault vault, ApiKeySet set, CancellationToken cancellationToken)
    {
        var next = ApiKeyIndex.Empty.Next(await store.GetTimeAsync(cancellationToken).ConfigureAwait(false), []);
        var writes = new List<Write>();
        var listed = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in set.Rows)
        {
            if (Open(row, next.Generation) is not { } record)
            {
                LogNotTakenOver(logger, row.Key);
                continue;
            }
            writes.Add(ReservedSettings.Set(row.Key, record.Seal(sealer), row.UpdatedBy, row.Version));
            listed[record.Id] = record.Generation;
            LogTakenOver(logger, record.Id, record.Name, string.Join(", ", record.Scopes));
        }
        writes.Add(vault.IndexWrite(next with { Keys = listed }, set, updatedBy: null));
        if (!await vault.TryApplyAsync(writes, cancellationToken).ConfigureAwait(false))
            throw new StoreUnavailableException(StoreUnavailableReason.TimedOut, "the API keys changed while they were being upgraded; start again");
    }

    private ApiKeyRecord? Open(SystemConfigRow row, long generation)
    {
        try
        {
            if (JsonSerializer.Deserialize(row.Value.Span, EarlierJson.Default.EarlierRecord) is not { } earlier) return null;
            // The place to which the earlier form bound the hash.
            var hash = sealer.Open(new SealContext("system_config", row.Key, $"value/{row.Key}/{nameof(EarlierRecord.SecretHash)}"),
                earlier.SecretHash);
            var id = row.Key[ReservedSettings.ApiKeyPrefix.Length..];
            return hash.Length == 64 && hash.StartsWith(id, StringComparison.Ordinal)
                ? new ApiKeyRecord(id, hash, earlier.Scopes, earlier.Name, earlier.CreatedAt, generation)
                : null;
        }
        catch (Exception error) when (error is JsonException or SecretUnreadableException)
        {
            return null;
        }
    }

    [LoggerMessage(2130, LogLevel.Warning, "The API key {Id} ({Name}) was upgraded with the scopes {Scopes}. Before the upgrade, anyone with access "
        + "to the database could change them: remove the key if they are wrong")]
    private static partial void LogTakenOver(ILogger logger, string id, string name, string scopes);

    [LoggerMessage(2131, LogLevel.Warning, "The setting {Setting} was not upgraded: it is not an API key that this installation sealed")]
    private static partial void LogNotTakenOver(ILogger logger, string setting);

    internal sealed record EarlierRecord(string Name, IReadOnlyList<string> Scopes, string SecretHash, DateTimeOffset CreatedAt);

    [JsonSourceGenerationOptions(RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
    [JsonSerializable(typeof(EarlierRecord))]
    internal sealed partial class EarlierJson : JsonSerializerContext;
}
