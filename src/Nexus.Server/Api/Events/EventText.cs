using System.Buffers;
using System.Text.Json;
using Nexus.Engine;
using Nexus.Stores;
using Nexus.Subscriptions;

namespace Nexus.Server.Api;

/// <summary>Server-sent events as bytes: https://html.spec.whatwg.org/multipage/server-sent-events.html.</summary>
internal static class EventText
{
    public static ReadOnlyMemory<byte> Connected { get; } = ": connected\n\n"u8.ToArray();

    public static ReadOnlyMemory<byte> Alive { get; } = ": alive\n\n"u8.ToArray();

    /// <summary>Sent to a listener that lost events: every record may have changed. The stream ends after it.</summary>
    public static ReadOnlyMemory<byte> Resync { get; } =
        Join(Format(RecordTables.Everything), "event: resync\ndata: {\"reason\":\"too_slow\"}\n\n"u8);

    public static ReadOnlyMemory<byte> KeyGone { get; } = "event: end\ndata: {\"reason\":\"key_changed\"}\n\n"u8.ToArray();

    public static ReadOnlyMemory<byte> Stopping { get; } = "event: end\ndata: {\"reason\":\"stopping\"}\n\n"u8.ToArray();

    /// <summary>One event for each change, except changes of the server's own settings, and one for each notice.</summary>
    public static ReadOnlyMemory<byte> Format(IEnumerable<StateChange> changes, IReadOnlyList<SubscriptionNotice>? notices = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var change in changes)
        {
            if (change.Table == "system_config" && SystemConfigRoutes.IsReserved(change.Id)) continue;
            buffer.Write("event: change\ndata: "u8);
            buffer.Write(JsonSerializer.SerializeToUtf8Bytes(new ChangeView(change.Table, change.Id), ServerJson.Strict.ChangeView));
            buffer.Write("\n\n"u8);
        }
        foreach (var notice in notices ?? [])
        {
            buffer.Write("event: subscription_ending\ndata: "u8);
            buffer.Write(JsonSerializer.SerializeToUtf8Bytes(
                new SubscriptionEndingView(notice.ChatId.Value, notice.EndsAt, notice.Days, notice.TimeZone),
                ServerJson.Strict.SubscriptionEndingView));
            buffer.Write("\n\n"u8);
        }
        return buffer.WrittenMemory;
    }

    private static byte[] Join(ReadOnlyMemory<byte> first, ReadOnlySpan<byte> second) => [.. first.Span, .. second];
}
