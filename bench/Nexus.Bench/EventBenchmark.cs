using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nexus.Bench;

/// <summary>
/// Saves of one instance without event streams, with streams that get every event, and with streams of one chat each. The streams are read in this
/// process, so their readers' cost counts, too.
/// </summary>
internal static class EventBenchmark
{
    private const int Sessions = 10_000;
    private const int Callers = 64;

    public static async Task RunAsync(string? url, bool isSlow, TimeSpan duration, int streams)
    {
        await using var database = await BenchDatabase.OpenAsync(url, isSlow);
        await using var server = await BenchServer.StartAsync(database, streams);
        var address = server.Address;
        var nexus = server.Db;
        foreach (var chunk in Enumerable.Range(0, Sessions).Chunk(2000))
            await nexus.Sessions.SaveBatchAsync([.. chunk.Select(i => Workload.Session(i))]);
        Task SaveAsync(int caller, int i) => nexus.Sessions.SaveAsync(Workload.Session(((caller * 100) + (i % 100)) % Sessions, i));
        await Measure.Callers(Callers, SaveAsync)(TimeSpan.FromSeconds(8));

        Figures.Begin($"saves beside {streams} event streams, {Callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
        (string Name, int Streams, Func<int, string> Query)[] ways =
        [
            ("no stream", 0, _ => ""),
            ("one chat each", streams, n => $"?chatId={Workload.ChatId(n % Sessions)}"),
            ("every event", streams, _ => ""),
        ];
        var figures = ways.Select(_ => new List<Figures>()).ToArray();
        for (var round = 0; round < Measure.Rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                await using var readers = await StreamReaders.OpenAsync(address, server.AdminKey, ways[way].Streams, ways[way].Query);
                figures[way].Add(await Measure.ConcurrentAsync(ways[way].Name, Callers, duration, SaveAsync));
                Console.WriteLine($"    {ways[way].Name}: {readers.Bytes / 1_048_576.0:0.0} MiB of events");
            }
        }
        Figures[] medians = [.. figures.Select(some => some.OrderBy(one => one.PerSecond).ElementAt(Measure.Rounds / 2).Print())];
        medians[1].Compare(medians[0]);
        medians[2].Compare(medians[0]);
    }

    /// <summary>Open streams whose events are read and thrown away.</summary>
    private sealed class StreamReaders : IAsyncDisposable
    {
        private readonly List<Socket> _sockets = [];
        private readonly List<Task> _reading = [];
        private long _bytes;

        public long Bytes => Interlocked.Read(ref _bytes);

        public static async Task<StreamReaders> OpenAsync(Uri address, string key, int count, Func<int, string> query)
        {
            var readers = new StreamReaders();
            for (var n = 0; n < count; n++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, address.Port);
                await socket.SendAsync(Encoding.ASCII.GetBytes(
                    $"GET /v1/events{query(n)} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key}\r\n\r\n"));
                var head = new byte[4096];
                var length = await socket.ReceiveAsync(head);
                if (!Encoding.ASCII.GetString(head, 0, length).StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                    throw new InvalidOperationException($"no stream: {Encoding.ASCII.GetString(head, 0, length)}");
                readers._sockets.Add(socket);
                readers._reading.Add(readers.ReadAsync(socket));
            }
            return readers;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var socket in _sockets) socket.Dispose();
            await Task.WhenAll(_reading);
        }

        private async Task ReadAsync(Socket socket)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await socket.ReceiveAsync(buffer) is > 0 and var count) Interlocked.Add(ref _bytes, count);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // Closed at the end of the round.
            }
        }
    }
}
