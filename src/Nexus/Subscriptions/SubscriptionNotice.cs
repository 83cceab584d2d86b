using System.Globalization;
using System.Text.Json;
using Nexus.Chats;
using Nexus.Json;
using Nexus.KeyedState;

namespace Nexus.Subscriptions;

/// <summary>Tells that a subscription ends soon. There is one for each end and number of days, however often it is looked for.</summary>
/// <param name="ChatId">The subscriber's chat.</param>
/// <param name="EndsAt">The end of the subscription.</param>
/// <param name="Days">The threshold that was reached: the subscription ends within this number of days, 1 to 365.</param>
/// <param name="TimeZone">The subscriber's IANA time zone.</param>
public sealed record SubscriptionNotice(ChatId ChatId, DateTimeOffset EndsAt, int Days, string TimeZone)
{
    /// <summary>Records of notices. Bots cannot write this namespace over HTTP.</summary>
    internal const string Namespace = "nexus.notices";

    /// <summary>Notices that the notifiers have not taken yet.</summary>
    internal const string QueueNamespace = "nexus.notices.queue";

    /// <summary>Names the notice: a renewal makes another end, and so another notice.</summary>
    internal string Id => new StateKey(
        Namespace,
        string.Create(CultureInfo.InvariantCulture, $"{ChatId.Value}/{EndsAt.UtcDateTime:yyyyMMdd'T'HHmmss'.'ffffff'Z'}/{Days}")).Id;

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteText("chatId"u8, ChatId.Value);
        json.WriteTime("endsAt"u8, EndsAt);
        json.WriteNumber("days"u8, Days);
        json.WriteText("timezone"u8, TimeZone);
        json.WriteEndObject();
    }

    /// <summary>Null for a text that is no notice.</summary>
    internal static SubscriptionNotice? Read(JsonElement json)
    {
        try
        {
            return new SubscriptionNotice(
                ChatId.FromStore(json.ReadRequiredText("chatId"u8)), json.GetProperty("endsAt"u8).GetDateTimeOffset(),
                json.GetProperty("days"u8).GetInt32(), json.ReadRequiredText("timezone"u8));
        }
        catch (Exception error) when (error is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
