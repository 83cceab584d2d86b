using System.Text.Json;
using Nexus.Engine;
using Nexus.Idempotency;
using Nexus.Stores;
using Nexus.Subscriptions;

namespace Nexus.Server.Api;

/// <summary>Server-sent events as bytes: https://html.spec.whatwg.org/multipage/server-sent-events.html.</summary>
internal static class EventText
{
    public static ReadOnlyMemory<byte> Connected { get; } = ": connected\n\n"u8.ToArray();

    public static EventBatch Alive { get; } = new([], ": alive\n\n"u8.ToArray());

    /// <summary>Sent to a listener that lost events: every record may have changed. The stream ends after it.</summary>
    public static ReadOnlyMemory<byte> Resync { get; } =
        Join(EventBatch.Of([.. RecordTables.Everything.Select(change => Of(change, chats: null)!)]).Text,
            "event: resync\ndata: {\"reason\":\"too_slow\"}\n\n"u8);

    public static ReadOnlyMemory<byte> KeyGone { get; } = "event: end\ndata: {\"reason\":\"key_changed\"}\n\n"u8.ToArray();

    private const string Requests = NexusIdempotency.Namespace + "/";

    public static ReadOnlyMemory<byte> Stopping { get; } = "event: end\ndata: {\"reason\":\"stopping\"}\n\n"u8.ToArray();

    /// <summary>The event of a change; null for one of the server's own settings or of its records of requests.</summary>
    /// <param name="change">The change.</param>
    /// <param name="chats">The chats that it concerns.</param>
    public static EventItem? Of(StateChange change, IReadOnlyList<string>? chats)
    {
        if (change.Table == "system_config" && SystemConfigRoutes.IsReserved(change.Id)) return null;
        if (change.Table == "keyed_state" && change.Id.StartsWith(Requests, StringComparison.Ordinal)) return null;
        var json = JsonSerializer.SerializeToUtf8Bytes(new ChangeView(change.Table, change.Id), ServerJson.Strict.ChangeView);
        return new EventItem(change.Table, change, chats, Join("event: change\ndata: "u8, json));
    }

    /// <summary>The event of a notice, which filters count among those of the table <c>users</c>.</summary>
    public static EventItem Of(SubscriptionNotice notice)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new SubscriptionEndingView(notice.ChatId.Value, notice.EndsAt, notice.Days, notice.TimeZone), ServerJson.Strict.SubscriptionEndingView);
        return new EventItem("users", notice, [notice.ChatId.Value], Join("event: subscription_ending\ndata: "u8, json));
    }

    private static byte[] Join(ReadOnlySpan<byte> head, byte[] json) => [.. head, .. json, .. "\n\n"u8];

    private static byte[] Join(ReadOnlyMemory<byte> first, ReadOnlySpan<byte> second) => [.. first.Span, .. second];
}
