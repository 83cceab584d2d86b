using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Limits;

/// <summary>Batches of trades that take their time.</summary>
public sealed class TrickleTests(EmbeddedServer server)
{
    private readonly string _chat = TestChats.Next();

    /// <summary>Slower than Kestrel's minimum rate of 240 bytes a second, and for longer than its grace of 5 s.</summary>
    [Fact]
    public async Task A_short_line_a_second_is_stored_as_it_comes_and_answered()
    {
        using var connection = await RawConnection.OpenAsync(server.Server.Url);
        await connection.SendHeadAsync(
            "POST", "/v1/trades:batch", server.Bot.Key, "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
        for (var i = 0; i < 8; i++)
        {
            await SendChunkAsync(connection, i == 3 ? "{}\n" : Line(i));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }
        // What came is stored while the rest is on its way.
        Assert.NotEqual(0, (await server.Bot.GetAsync($"/v1/trades?chatId={_chat}"))["trades"].GetArrayLength());
        await connection.SendAsync("0\r\n\r\n");
        var (status, _, body) = await connection.ReadAnswerAsync();
        Assert.True(status == 200 && body.StartsWith("""{"stored":7,"wereThere":0,"rejected":1,""", StringComparison.Ordinal), body);
    }

    [Fact]
    public async Task A_batch_that_stops_in_the_middle_is_answered_with_what_was_done()
    {
        await using var impatient = await RunningServer.StartAsync(new SqliteHome(), limit: limits => limits.IdleTimeout = TimeSpan.FromSeconds(2));
        using var connection = await RawConnection.OpenAsync(impatient.Url);
        await connection.SendHeadAsync(
            "POST", "/v1/trades:batch", impatient.AdminKey, "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
        await SendChunkAsync(connection, Line(1) + Line(2) + """{"chatId":""");
        var (status, _, body) = await connection.ReadAnswerAsync();
        Assert.Equal(408, status);
        Assert.Contains("\"done\":{\"stored\":2,", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_becomes_malformed_is_answered_with_what_was_done()
    {
        using var connection = await RawConnection.OpenAsync(server.Server.Url);
        await connection.SendHeadAsync(
            "POST", "/v1/trades:batch", server.Bot.Key, "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
        await SendChunkAsync(connection, Line(1));
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await connection.SendAsync("FFFFFFFFFFFFFFFFF\r\n");
        var (status, _, body) = await connection.ReadAnswerAsync();
        Assert.True(status == 400 && body.Contains("\"done\":{\"stored\":1,", StringComparison.Ordinal), body);
    }

    [Fact]
    public async Task A_batch_ends_with_its_key()
    {
        using var caller = await server.Server.CallerAsync("bot");
        using var connection = await RawConnection.OpenAsync(server.Server.Url);
        await connection.SendHeadAsync("POST", "/v1/trades:batch", caller.Key, "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
        await SendChunkAsync(connection, Line(1));
        (await server.Admin.DeleteAsync($"/v1/api-keys/{caller.KeyId}")).Expect(204);
        await SendChunkAsync(connection, Line(2));
        await connection.SendAsync("0\r\n\r\n");
        var (status, _, body) = await connection.ReadAnswerAsync();
        Assert.True(status == 401 && body.Contains("\"done\":", StringComparison.Ordinal), body);
    }

    private string Line(int price) => $$"""{"chatId":"{{_chat}}","symbol":"A","side":"LONG","entryPrice":{{price + 1}},"quantity":1}""" + "\n";

    private static Task SendChunkAsync(RawConnection connection, string text) => connection.SendAsync($"{text.Length:X}\r\n{text}\r\n");
}
