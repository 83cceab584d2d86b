using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Json;

namespace Nexus.Operations.Maintenance;

/// <summary>Up to which instant of the store's clock the job for subscriptions has looked.</summary>
/// <param name="Through">Ends and changes before it are done.</param>
/// <param name="CheckedAll">When every subscription was last looked at.</param>
internal sealed record SubscriptionProgress(DateTimeOffset Through, DateTimeOffset CheckedAll)
{
    private const string Namespace = "nexus.subscriptions";

    private const string Key = "progress";

    /// <summary>Null if the job never ran, or if what it noted is damaged.</summary>
    public static async Task<SubscriptionProgress?> ReadAsync(NexusDb db, CancellationToken cancellationToken)
    {
        if (await db.State.GetAsync(Namespace, Key, cancellationToken).ConfigureAwait(false) is not { } entry) return null;
        try
        {
            return JsonSerializer.Deserialize(entry.Value.MaskedUtf8(), SubscriptionJson.Default.SubscriptionProgress);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public Task SaveAsync(NexusDb db, CancellationToken cancellationToken) => db.State.SaveAsync(
        Namespace, Key, StateJson.From(this, SubscriptionJson.Default.SubscriptionProgress), cancellationToken: cancellationToken);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SubscriptionProgress))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;
