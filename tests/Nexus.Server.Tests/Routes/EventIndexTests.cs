using Nexus.Engine;
using Nexus.Server.Api;

namespace Nexus.Server.Tests.Routes;

public sealed class EventIndexTests
{
    private static readonly ApiKey Caller = new("1", "1", ApiScopes.Bot, new byte[ApiKey.HashLength], DateTimeOffset.UnixEpoch);

    private static EventListener Listen(EventFilter? filter = null) => new(Caller, filter ?? EventFilter.None, _ => { });

    private static async Task<string> ReadAsync(EventListener listener)
    {
        listener.End(default);
        var text = new System.Text.StringBuilder();
        await foreach (var part in listener.ReadAllAsync(TestContext.Current.CancellationToken)) text.Append(TextOf(part));
        return text.ToString();
    }

    private static string TextOf(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);

    private static EventItem Item(string table, string id, params string[]? chats) => EventText.Of(new StateChange(table, id), chats)!;

    [Fact]
    public async Task Every_stream_gets_exactly_what_its_filter_chooses()
    {
        var random = new Random(5);
        string[] tables = ["sessions", "users", "trades", "bot_state"];
        for (var round = 0; round < 200; round++)
        {
            EventListener[] listeners = [.. Enumerable.Range(0, 12).Select(_ => Listen(EventFilter.Parse(
                random.Next(2) == 0 ? null : random.GetItems(tables, random.Next(1, 4)),
                random.Next(2) == 0 ? null : [.. random.GetItems(["1", "2", "3", "4"], random.Next(1, 4))])))];
            EventItem[] items = [.. Enumerable.Range(0, random.Next(1, 10)).Select(n => random.Next(4) switch
            {
                0 => Item(tables[random.Next(4)], "*", null),
                1 => Item("bot_state", $"{n}"),
                2 => Item("trades", $"{n}", "1", "3"),
                _ => Item(tables[random.Next(3)], $"{n}", $"{random.Next(1, 5)}"),
            })];
            new EventIndex(listeners).Deliver(items);
            foreach (var listener in listeners)
            {
                var filter = listener.Filter;
                var expected = items.Where(item => (filter.Tables is null || filter.Tables.Contains(item.Table))
                    && (filter.Chats is null || item.Chats is null || item.Chats.Intersect(filter.Chats).Any()));
                Assert.Equal(string.Concat(expected.Select(item => TextOf(item.Text))), await ReadAsync(listener));
            }
        }
    }

    [Fact]
    public async Task What_a_slow_reader_has_not_read_names_each_record_once()
    {
        var listener = Listen();
        for (var n = 0; n < 10_000; n++) listener.Offer(EventBatch.Of([Item("sessions", $"{n % 100}", $"{n % 100}")]));
        listener.Offer(EventText.Alive);
        var text = await ReadAsync(listener);
        for (var n = 0; n < 100; n++) Assert.Contains($"\"id\":\"{n}\"", text, StringComparison.Ordinal);
        Assert.InRange(text.Split("event: change").Length - 1, 100, 200);
    }

    [Fact]
    public async Task A_reader_that_is_too_far_behind_ends_with_a_resync()
    {
        var listener = Listen();
        for (var n = 0; n < 6000; n++) listener.Offer(EventBatch.Of([Item("sessions", $"{n}", $"{n}")]));
        var text = await ReadAsync(listener);
        Assert.Contains("event: resync", text, StringComparison.Ordinal);
        Assert.Contains("\"id\":\"*\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"id\":\"5999\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_can_be_sent_to_all_streams_becomes_whole_tables()
    {
        EventListener[] listeners = [.. Enumerable.Range(0, 1000).Select(_ => Listen())];
        var notice = EventText.Of(new Nexus.Subscriptions.SubscriptionNotice(7, DateTimeOffset.UnixEpoch, 3, "UTC"));
        var (_, bytes) = new EventIndex(listeners).Deliver(
            [.. Enumerable.Range(0, 4000).Select(n => Item("sessions", $"{n}", $"{n}")), Item("users", "1", "1"), notice]);
        Assert.InRange(bytes, 1, EventIndex.MaxBytes);
        Assert.Equal(TextOf(Item("sessions", "*", null).Text) + TextOf(Item("users", "1", "1").Text) + TextOf(notice.Text),
            await ReadAsync(listeners[999]));
    }

    [Fact]
    public void Streams_with_equal_filters_share_what_is_sent()
    {
        EventListener[] listeners = [Listen(EventFilter.Parse(["users", "sessions"], null)), Listen(EventFilter.Parse(["sessions", "users"], null))];
        var (streams, bytes) = new EventIndex(listeners).Deliver([Item("users", "1", "1")]);
        Assert.Equal(2, streams);
        Assert.Equal(2 * Item("users", "1", "1").Text.Length, bytes);
        Assert.Equal(listeners[0].Filter, listeners[1].Filter);
    }
}
