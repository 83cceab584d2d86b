using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Nexus.Secrets;
using Nexus.SystemConfig;

namespace Nexus.Server.Access;

/// <summary>
/// API keys as the store holds them: settings under a reserved name, so that they are versioned, exported and announced to every instance
/// like all other state. The routes of the settings neither show nor touch them. The hash is sealed, which binds it to its row: without an
/// encryption key nobody makes a key that works, not even by writing to the database.
/// </summary>
internal sealed partial class ApiKeyRecords(NexusDb db, ILogger logger)
{
    /// <summary>What the names of the server's own settings begin with.</summary>
    public const string ReservedPrefix = "nexus:";

    private const string Prefix = ReservedPrefix + "caller:";

    public static bool Concerns(string configKey) => configKey.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task<Dictionary<string, ApiKey>> LoadAsync(CancellationToken cancellationToken)
    {
        var keys = new Dictionary<string, ApiKey>(StringComparer.Ordinal);
        await foreach (var entry in db.SystemConfig.ListAsync(cancellationToken))
        {
            if (!Concerns(entry.Key)) continue;
            try
            {
                var record = JsonSerializer.Deserialize(entry.Value.RevealedUtf8(), RecordJson.Default.Record)!;
                var id = entry.Key[Prefix.Length..];
                if (!IsSealed(entry)) throw new FormatException("the hash is not sealed");
                keys[id] = new ApiKey(id, record.Name, ApiScopeNames.Parse(record.Scopes), Convert.FromHexString(record.SecretHash), record.CreatedAt);
            }
            catch (Exception error) when (error is JsonException or FormatException or NexusValidationException or SecretUnreadableException)
            {
                // Somebody changed it by hand: that key does not work, the others do.
                LogUnusable(logger, error, entry.Key);
            }
        }
        return keys;
    }

    /// <summary>Makes a key; the text is returned and never kept.</summary>
    public async Task<(string Text, ApiKey Key)> CreateAsync(string name, ApiScopes scopes, string? createdBy, CancellationToken cancellationToken)
    {
        var text = ApiKey.Generate();
        var hash = ApiKey.HashOf(text);
        var createdAt = await db.GetTimeAsync(cancellationToken);
        var key = new ApiKey(ApiKey.IdOf(hash), name, scopes, hash, createdAt);
        var record = new Record(name, scopes.ToNames(), Convert.ToHexStringLower(hash), createdAt);
        var value = StateJson.Parse(JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.Record));
        await db.SystemConfig.SetAsync(Prefix + key.Id, value, createdBy, expectedVersion: 0, cancellationToken);
        return (text, key);
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => db.SystemConfig.RemoveAsync(Prefix + id, expectedVersion: null, cancellationToken);

    private static bool IsSealed(ConfigEntry entry) => DocumentSealer.SealedValues(entry.Value.Utf8.Span).Any(value => value.Pointer == $"/{nameof(Record.SecretHash)}");

    [LoggerMessage(3011, LogLevel.Warning, "The API key under the setting {Setting} cannot be read and is not accepted")]
    private static partial void LogUnusable(ILogger logger, Exception error, string setting);

    internal sealed record Record(string Name, IReadOnlyList<string> Scopes, string SecretHash, DateTimeOffset CreatedAt);

    [JsonSerializable(typeof(Record))]
    internal sealed partial class RecordJson : JsonSerializerContext;
}
