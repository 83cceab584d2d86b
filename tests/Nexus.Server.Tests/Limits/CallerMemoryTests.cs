using System.Net;
using System.Text;
using Nexus.Server.Tests.Kit;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Limits;

/// <summary>What one key can make a server process hold.</summary>
public sealed class CallerMemoryTests
{
    private const long MiB = 1024 * 1024;

    private const int Members = 200;

    /// <summary>The program's own: the tests' folder lacks what their shared framework brings.</summary>
    private static string ProgramFolder =>
        AppContext.BaseDirectory.Replace("/tests/Nexus.Server.Tests/", "/src/Nexus.Cli/", StringComparison.Ordinal);

    /// <summary>
    /// Each of the three held one and a half to four gigabytes before there were limits; together they stay far below one, with room for a collector
    /// that takes its time.
    /// </summary>
    [Fact]
    public async Task Large_batches_refused_lines_and_unread_lists_stay_within_a_gigabyte()
    {
        using var folder = new TempFolder("memory");
        await using var process = ChildProcess.Start(
            "dotnet", [Path.Combine(ProgramFolder, "Nexus.Cli.dll"), "serve", "--urls", "http://127.0.0.1:0", "--data", folder["data"]]);
        var line = await process.ReadLineAsync(text => text.StartsWith("Serving at ", StringComparison.Ordinal));
        var url = line.Split(' ', ',')[2];
        using var admin = new ApiClient(
            url, (await File.ReadAllTextAsync(Path.Combine(folder["data"], "admin.key"), TestContext.Current.CancellationToken)).Trim());
        var key = (await admin.PostAsync("/v1/api-keys", """{"name":"greedy","scopes":["bot"]}"""))["key"].GetString()!;
        using var greedy = new ApiClient(url, key);
        var before = await PeakAsync(process.Id);

        var batch = Batch(40 * MiB);
        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendBatchAsync(greedy, batch)));
        Assert.Contains(200, statuses);
        Assert.All(statuses, status => Assert.True(status is 200 or 429 or 503, $"{status}"));

        var longLine = Encoding.UTF8.GetBytes($$"""{"{{new string('n', 1_900_000)}}":1}""" + "\n");
        var refusals = await greedy.SendAsync(HttpMethod.Post, "/v1/trades:batch", new RepeatedContent(longLine, 150));
        Assert.Equal(150, refusals.Expect(200)["rejected"].GetInt64());
        Assert.True(refusals.Text.Length < 50_000, $"{refusals.Text.Length}");

        var unread = new List<RawConnection>();
        for (var i = 0; i < 60; i++)
        {
            var connection = await RawConnection.OpenAsync(url, receiveBuffer: 4096);
            unread.Add(connection);
            await connection.SendHeadAsync("GET", "/v1/sessions?limit=1000", key);
        }
        // Meanwhile others are served.
        for (var i = 0; i < 20; i++)
        {
            (await admin.PutAsync("/v1/sessions/1", """{"config":{}}""")).Expect(i == 0 ? 201 : 200);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        foreach (var connection in unread) connection.Dispose();

        var grown = await PeakAsync(process.Id) - before;
        Assert.True(grown < 1024 * MiB, $"the peak grew by {grown / MiB} MiB");
        TestContext.Current.TestOutputHelper?.WriteLine($"the peak grew by {grown / MiB} MiB");
    }

    private static async Task<int> SendBatchAsync(ApiClient caller, byte[] batch)
    {
        try
        {
            using var content = new ByteArrayContent(batch);
            content.Headers.ContentType = new("application/json");
            return (await caller.SendAsync(HttpMethod.Post, "/v1/sessions:batch", content)).Status;
        }
        catch (HttpRequestException)
        {
            // Refused, and the connection closed, while the body was still on its way.
            return 429;
        }
    }

    private static byte[] Batch(long size)
    {
        var text = new string('x', (int)(size / Members));
        return Encoding.UTF8.GetBytes(
            $"[{string.Join(',', Enumerable.Range(1000, Members).Select(i => $"{{\"chatId\":\"{i}\",\"config\":{{\"note\":\"{text}\"}}}}"))}]");
    }

    private static async Task<long> PeakAsync(int processId)
    {
        var status = await File.ReadAllLinesAsync($"/proc/{processId}/status", TestContext.Current.CancellationToken);
        return long.Parse(status.Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(':', 'k')[1]) * 1024;
    }

    private sealed class RepeatedContent : HttpContent
    {
        private readonly byte[] _piece;
        private readonly int _times;

        public RepeatedContent(byte[] piece, int times)
        {
            (_piece, _times) = (piece, times);
            Headers.ContentType = new("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var i = 0; i < _times; i++) await stream.WriteAsync(_piece);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _piece.Length * (long)_times;
            return true;
        }
    }
}
