using System.Text;
using System.Text.Json;
using Nexus.Secrets;
using Nexus.Storage;
using Nexus.SystemConfig;
using Nexus.Trades;

namespace Nexus.Operations.Keys;

/// <summary>A value that a store holds sealed, and where.</summary>
/// <param name="Place">Its table, row and field.</param>
/// <param name="Ciphertext">As it is stored; a value of a secret column that is not sealed is here too, and a legacy token that was never adopted.</param>
internal readonly record struct SealedValue(SealContext Place, string Ciphertext);

/// <summary>Walks over every sealed value of a store in constant memory.</summary>
internal static class SealedValues
{
    public static async IAsyncEnumerable<SealedValue> ReadAsync(IStore store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in store.ListSessionsAsync(new(), cancellationToken).ConfigureAwait(false))
        {
            if (!string.IsNullOrEmpty(row.ApiKey)) yield return new SealedValue(new SealContext("sessions", row.ChatId, "api_key"), row.ApiKey);
            if (!string.IsNullOrEmpty(row.ApiSecret)) yield return new SealedValue(new SealContext("sessions", row.ChatId, "api_secret"), row.ApiSecret);
            foreach (var value in In(new SealContext("sessions", row.ChatId, "config"), row.Config)) yield return value;
        }
        var state = await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var value in In(BotStatePlace("enabled_strategies"), state.Strategies)) yield return value;
        foreach (var value in In(BotStatePlace("group_config"), state.Groups)) yield return value;
        await foreach (var row in store.ListSystemConfigAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var value in In(NexusSystemConfig.Place(row.Key), row.Value)) yield return value;
        }
        await foreach (var row in store.ListTradesAsync(new TradeQuery(), cancellationToken).ConfigureAwait(false))
        {
            foreach (var value in In(TradeSealing.Place(row.ChatId), row.Metadata)) yield return value;
        }
    }

    public static SealContext BotStatePlace(string column) => new("bot_state", "1", column);

    private static List<SealedValue> In(SealContext place, ReadOnlyMemory<byte> json)
    {
        var found = new List<SealedValue>();
        if (!DocumentSealer.ContainsSealed(json.Span) && json.Span.IndexOf("\"gAAAA"u8) < 0) return found;
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1000 });
        Walk(document.RootElement, new StringBuilder(place.Field));
        return found;

        void Walk(JsonElement element, StringBuilder field)
        {
            var length = field.Length;
            switch (element.ValueKind)
            {
                case JsonValueKind.String when element.GetString() is { } text && (text.StartsWith("nx1.", StringComparison.Ordinal) || FernetToken.IsToken(text)):
                    found.Add(new SealedValue(place with { Field = field.ToString() }, text));
                    break;
                case JsonValueKind.Object:
                    foreach (var member in element.EnumerateObject())
                    {
                        // RFC 6901, section 3.
                        Walk(member.Value, field.Append('/').Append(member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));
                        field.Length = length;
                    }
                    break;
                case JsonValueKind.Array:
                    var index = 0;
                    foreach (var item in element.EnumerateArray())
                    {
                        Walk(item, field.Append('/').Append(index++));
                        field.Length = length;
                    }
                    break;
            }
        }
    }
}
