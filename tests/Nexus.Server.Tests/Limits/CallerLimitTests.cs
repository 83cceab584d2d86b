using System.Text;
using Nexus.Errors;
using Nexus.Server.Settings;
using Nexus.Server.Tests.Kit;
using Nexus.Server.Tests.Routes;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Limits;

/// <summary>One key reaches its limit; the others do not notice.</summary>
public sealed class CallerLimitTests
{
    [Fact]
    public async Task Requests_in_flight_have_a_limit_for_each_key()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome(), limit: limits => limits.RequestsPerKey = 3);
        using var greedy = await server.CallerAsync("bot");
        var open = new List<RawConnection>();
        for (var i = 0; i < 3; i++)
        {
            var connection = await RawConnection.OpenAsync(server.Url);
            open.Add(connection);
            await connection.SendHeadAsync(
                "POST", "/v1/trades:batch", greedy.Key, "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
        }
        // A request sent earlier could take the place of the last upload, which would then be refused instead.
        await Eventually.TrueAsync(() => server.Limits.Of(greedy.KeyId!).Requests == open.Count);
        var refused = (await greedy.GetAsync("/v1/sessions/1")).ExpectProblem(429, "too_many_requests");
        Assert.NotNull(refused.Header("Retry-After"));
        (await server.Admin.GetAsync("/v1/sessions/1")).Expect(404);
        foreach (var connection in open) connection.Dispose();
        await Eventually.TrueAsync(async () => (await greedy.GetAsync("/v1/sessions/1")).Status == 404);
    }

    [Fact]
    public async Task Event_streams_have_a_limit_for_each_key_and_for_all()
    {
        await using var server =
            await RunningServer.StartAsync(new SqliteHome(), limit: limits => (limits.EventStreams, limits.EventStreamsPerKey) = (3, 2));
        using var greedy = await server.CallerAsync("bot");
        var first = await EventReader.OpenAsync(greedy);
        await using var second = await EventReader.OpenAsync(greedy);
        Assert.NotNull((await greedy.GetAsync("/v1/events")).ExpectProblem(429, "too_many_requests").Header("Retry-After"));
        await using (await EventReader.OpenAsync(server.Admin))
        {
            (await server.Admin.GetAsync("/v1/events")).ExpectProblem(503, "busy");
        }
        await first.DisposeAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var response = await greedy.Http.GetAsync("/v1/events", HttpCompletionOption.ResponseHeadersRead);
            return (int)response.StatusCode == 200;
        });
    }

    [Fact]
    public async Task A_stream_ends_when_its_key_is_removed_and_others_go_on()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome());
        using var leaving = await server.CallerAsync("bot");
        await using var ending = await EventReader.OpenAsync(leaving);
        await using var staying = await EventReader.OpenAsync(server.Admin);
        (await server.Admin.DeleteAsync($"/v1/api-keys/{leaving.KeyId}")).Expect(204);
        await ending.FindAsync(line => line == "event: end");
        await ending.ReadToEndAsync();
        await server.Admin.PutAsync("/v1/sessions/5", """{"config":{}}""");
        await staying.FindAsync(line => line.Contains("\"5\"", StringComparison.Ordinal));
    }

    /// <summary>An open stream that nobody reads: its connection is closed, and saves go on meanwhile.</summary>
    [Fact]
    public async Task A_stream_that_is_not_read_is_closed_and_keeps_no_write_waiting()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome(), limit: limits => limits.IdleTimeout = TimeSpan.FromSeconds(2));
        var unread = new List<RawConnection>();
        for (var i = 0; i < 10; i++)
        {
            var connection = await RawConnection.OpenAsync(server.Url, receiveBuffer: 4096);
            unread.Add(connection);
            await connection.SendHeadAsync("GET", "/v1/events", server.AdminKey);
        }
        await Eventually.TrueAsync(() => server.Events.Streams == unread.Count);
        // Each save is an event of a hundred bytes or so; buffers of the system take the first hundreds of kilobytes. Nobody reads meanwhile: that
        // would wake a stream that is about to be given up.
        await Eventually.TrueAsync(async () =>
        {
            var batch = string.Join(
                ',', Enumerable.Range(0, 1000).Select(i => $$$"""{"chatId":"{{{i:0000}}}1111111111222222222233333333334444444444","config":{}}"""));
            (await server.Admin.PostAsync("/v1/sessions:batch", $"[{batch}]")).Expect(200);
            return server.Events.Streams == 0;
        });
        foreach (var connection in unread)
        {
            Assert.True(await connection.EndsAsync(TimeSpan.FromSeconds(60)));
            connection.Dispose();
        }
    }

    [Fact]
    public async Task Bodies_in_flight_have_a_limit_for_each_key()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome(), limit: limits => limits.Patience = TimeSpan.FromSeconds(1));
        using var greedy = await server.CallerAsync("bot");
        const int Size = 60 * 1024 * 1024;
        var uploads = await Task.WhenAll(RawConnection.OpenAsync(server.Url), RawConnection.OpenAsync(server.Url));
        foreach (var upload in uploads)
        {
            await upload.SendHeadAsync("POST", "/v1/sessions:batch", greedy.Key, "Content-Type: application/json", $"Content-Length: {Size}");
            await upload.SendAsync(Encoding.UTF8.GetBytes(new string(' ', 1000)));
        }
        // Both do not fit: the one that came second is refused, and the other one goes on.
        var (status, head, body) = await await Task.WhenAny(uploads.Select(upload => upload.ReadAnswerAsync()));
        Assert.True(status == 429, body);
        Assert.Contains("too_many_requests", body, StringComparison.Ordinal);
        Assert.NotNull(RawConnection.Header(head, "Retry-After"));
        // Small requests of the same key, and batches of another, are not touched by it.
        (await greedy.PutAsync("/v1/sessions/1", """{"config":{}}""")).Expect(201);
        (await server.Admin.PostAsync("/v1/sessions:batch", $$$"""[{"chatId":"2","config":{"t":"{{{new string('x', 200_000)}}}"}}]""")).Expect(200);
        foreach (var upload in uploads) upload.Dispose();
        await Eventually.TrueAsync(
            async () =>
                (
                    await greedy.PostAsync(
                        "/v1/sessions:batch", $$$"""[{"chatId":"3","config":{"t":"{{{new string('x', 200_000)}}}"}}]""")).Status == 200);
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused_by_name()
    {
        var options = new ServerOptions { Nexus = new NexusOptions() };
        options.Limits.BodyBytes = 5;
        Assert.Equal("Limits.BodyBytes", Assert.Throws<NexusConfigurationException>(() => NexusServer.Build(options)).Setting);
    }
}
