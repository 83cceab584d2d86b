using System.Buffers;
using System.Text.Json;

namespace Nexus.Operations.Alerts;

/// <summary>The body of a webhook: type, timestamp and data, at most 20 kB.</summary>
internal static class WebhookBody
{
    /// <summary>By the specification.</summary>
    private const int MaxBytes = 20_000;

    public static byte[] Write(AlertMessage message)
    {
        // Alerts are few and their labels short; with hostile ones the last alerts are left out and counted.
        for (var count = message.Delivery.Alerts.Count; ; count--)
        {
            var body = Write(message, count);
            if (body.Length <= MaxBytes || count <= 1) return body;
        }
    }

    private static byte[] Write(AlertMessage message, int count)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", message.Delivery.Kind switch
            {
                NoticeKind.Test => "alert.test",
                NoticeKind.Subscription => "subscription.ending",
                NoticeKind.Resolved => "alert.resolved",
                NoticeKind.Repeated => "alert.repeated",
                _ => "alert.firing",
            });
            json.WriteString("timestamp", message.Delivery.CreatedAt.UtcDateTime);
            json.WriteStartObject("data");
            json.WriteString("subject", message.Subject);
            if (message.Delivery.Subscriptions is { } subscriptions)
            {
                json.WriteStartArray("subscriptions");
                foreach (var subscription in subscriptions) Write(json, subscription);
                json.WriteEndArray();
            }
            else
            {
                json.WriteStartArray("alerts");
                foreach (var alert in message.Delivery.Alerts.Take(count)) Write(json, alert);
                json.WriteEndArray();
                json.WriteNumber("leftOut", message.Delivery.Alerts.Count - count);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, SubscriptionEntry subscription)
    {
        json.WriteStartObject();
        json.WriteString("chatId", subscription.ChatId);
        json.WriteString("endsAt", subscription.EndsAt.UtcDateTime);
        json.WriteString("localEnd", subscription.LocalEnd);
        json.WriteString("timezone", subscription.LocalZone);
        json.WriteNumber("days", subscription.Days);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AlertNotice alert)
    {
        json.WriteStartObject();
        json.WriteString("rule", alert.Rule);
        json.WriteString("severity", alert.Severity == AlertSeverity.Critical ? "critical" : "warning");
        json.WriteStartObject("labels");
        foreach (var (name, value) in alert.Labels) json.WriteString(name, value.Length <= 200 ? value : value[..200]);
        json.WriteEndObject();
        json.WriteNumber("value", alert.Value);
        json.WriteString("unit", alert.Unit);
        json.WriteString("firedAt", alert.FiredAt.UtcDateTime);
        if (alert.ResolvedAt is { } end) json.WriteString("resolvedAt", end.UtcDateTime);
        json.WriteString("summary", alert.Summary);
        json.WriteString("remedy", alert.Remedy);
        json.WriteEndObject();
    }
}
