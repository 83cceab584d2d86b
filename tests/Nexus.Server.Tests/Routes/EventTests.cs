using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.Subscriptions;

namespace Nexus.Server.Tests.Routes;

public abstract class EventTests(SharedServer server)
{
    [Fact]
    public async Task Whoever_watches_learns_which_record_changed_and_nothing_of_its_content()
    {
        var chat = TestChats.Next();
        await using var events = await EventReader.OpenAsync(server.Bot);
        await server.Bot.PutAsync($"/v1/sessions/{chat}", """{"apiKey":"never-in-an-event","config":{}}""");
        var change = await events.FindAsync(line => line.Contains(chat, StringComparison.Ordinal));
        Assert.Equal($$"""data: {"table":"sessions","id":"{{chat}}"}""", change);
        Assert.Equal("event: change", events.Before);

        var trade = (
            await server.Bot.PostAsync(
                "/v1/trades", $$"""{"chatId":"{{chat}}","symbol":"A","side":"SHORT","entryPrice":1,"quantity":1}"""))["id"].GetString()!;
        await events.FindAsync(line => line.Contains("\"trades\"", StringComparison.Ordinal) && line.Contains(trade, StringComparison.Ordinal));
        Assert.DoesNotContain("never-in-an-event", events.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_that_ends_soon_is_an_event_of_its_own_once()
    {
        var chat = TestChats.Next();
        var notice = new SubscriptionNotice(Chats.ChatId.Parse(chat), DateTimeOffset.UtcNow.AddDays(2), 3, "Europe/Madrid");
        await using var events = await EventReader.OpenAsync(server.Bot);
        await server.Server.Db.Subscriptions.NotifyAsync([notice], TestContext.Current.CancellationToken);
        var data = await events.FindAsync(line => line.Contains($"\"chatId\":\"{chat}\"", StringComparison.Ordinal));
        Assert.Equal("event: subscription_ending", events.Before);
        Assert.Contains("\"days\":3,\"timezone\":\"Europe/Madrid\"", data, StringComparison.Ordinal);

        // Neither a repetition nor the removal of the record is another event.
        await server.Server.Db.Subscriptions.NotifyAsync([notice], TestContext.Current.CancellationToken);
        var receipt = await server.Admin.PostAsync($"/v1/users/{chat}/forget", "");
        Assert.Equal(1, receipt["erased"].EnumerateArray().Single(item => item.GetProperty("name").GetString() == "keyed_state")
            .GetProperty("count").GetInt32());
        await server.Bot.PutAsync($"/v1/sessions/{chat}", """{"config":{}}""");
        await events.FindAsync(line => line.Contains("\"sessions\"", StringComparison.Ordinal) && line.Contains(chat, StringComparison.Ordinal));
        Assert.Single(events.Everything.Split('\n'), line => line.Contains("\"days\"", StringComparison.Ordinal)
            && line.Contains(chat, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_gets_what_its_filter_chooses_and_nothing_else()
    {
        var (chat, other) = (TestChats.Next(), TestChats.Next());
        await using var ofTable = await EventReader.OpenAsync(server.Bot, "?table=users&table=trades");
        await using var ofChat = await EventReader.OpenAsync(server.Bot, $"?chatId={chat}");
        await using var ofBoth = await EventReader.OpenAsync(server.Bot, $"?chatId={chat}&chatId=5&table=trades");
        foreach (var id in new[] { other, chat }) await server.Bot.PutAsync($"/v1/sessions/{id}", """{"config":{}}""");
        await server.Bot.PutAsync("/v1/bot-state", """{"aiFilterEnabled":true}""");
        List<string> trades = [];
        foreach (var id in new[] { other, chat })
        {
            var trade = await server.Bot.PostAsync(
                "/v1/trades", $$"""{"chatId":"{{id}}","symbol":"A","side":"SHORT","entryPrice":1,"quantity":1}""");
            trades.Add(trade["id"].GetString()!);
        }
        foreach (var events in new[] { ofTable, ofChat, ofBoth })
            await events.FindAsync(line => line.Contains(trades[1], StringComparison.Ordinal));

        Assert.Contains(trades[0], ofTable.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("\"sessions\"", ofTable.Everything, StringComparison.Ordinal);
        Assert.Contains($$"""{"table":"sessions","id":"{{chat}}"}""", ofChat.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("bot_state", ofChat.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("\"sessions\"", ofBoth.Everything, StringComparison.Ordinal);
        foreach (var events in new[] { ofChat, ofBoth })
        {
            Assert.DoesNotContain(other, events.Everything, StringComparison.Ordinal);
            Assert.DoesNotContain(trades[0], events.Everything, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("?table=robots", "table")]
    [InlineData("?table=", "table")]
    [InlineData("?table=sessions&table=Sessions", "table")]
    [InlineData("?chatId=abc", "chatId")]
    [InlineData("?chatId=", "chatId")]
    [InlineData("?chat=1", "chat")]
    public async Task A_filter_that_chooses_nothing_known_is_refused(string query, string field)
    {
        using var response = await server.Bot.Http.GetAsync($"/v1/events{query}", TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(field, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_has_a_limit()
    {
        var query = string.Join('&', Enumerable.Range(1, 101).Select(n => $"chatId={n}"));
        using var response = await server.Bot.Http.GetAsync($"/v1/events?{query}", TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task Keys_of_callers_are_no_events()
    {
        await using var events = await EventReader.OpenAsync(server.Bot);
        using (await server.Server.CallerAsync("metrics"))
        {
            var chat = TestChats.Next();
            await server.Bot.PutAsync($"/v1/sessions/{chat}", """{"config":{}}""");
            await events.FindAsync(line => line.Contains(chat, StringComparison.Ordinal));
            Assert.DoesNotContain("nexus:", events.Everything, StringComparison.Ordinal);
        }
    }
}

public sealed class SqliteEventTests(EmbeddedServer server) : EventTests(server);

public sealed class PostgresEventTests(PostgresServer server) : EventTests(server);

public sealed class EventShutdownTests
{
    [Fact]
    public async Task A_stream_ends_when_the_server_stops_and_keeps_it_from_nothing()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome());
        await using var events = await EventReader.OpenAsync(server.Admin);
        await server.StopAsync();
        await events.ReadToEndAsync();
    }
}

/// <summary>Reads server-sent events line by line.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private readonly List<string> _lines = [];

    private EventReader(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    public string Everything => string.Join('\n', _lines);

    /// <summary>The line before the last one.</summary>
    public string Before => _lines[^2];

    public static async Task<EventReader> OpenAsync(ApiClient caller, string query = "")
    {
        var response = await caller.Http.GetAsync(
            $"/v1/events{query}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
        await events.FindAsync(line => line == ": connected");
        return events;
    }

    public async Task<string> FindAsync(Func<string, bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await _reader.ReadLineAsync(patience.Token) is { } line)
        {
            _lines.Add(line);
            if (condition(line)) return line;
        }
        throw new InvalidOperationException($"the stream ended without the expected line:\n{Everything}");
    }

    public async Task ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await _reader.ReadLineAsync(patience.Token) is { } line) _lines.Add(line);
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
