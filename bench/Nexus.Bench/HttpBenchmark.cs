using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Nexus.Server;

namespace Nexus.Bench;

/// <summary>One read and one save of a session by turns, through the library and over HTTP on kept connections; generator, server and database share the processors.</summary>
internal static class HttpBenchmark
{
    private const int Connections = 256;
    private const int Sessions = 10_000;

    public static async Task RunAsync(string? url, TimeSpan duration)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using var nexus = await database.OpenNexusAsync();
        await nexus.Sessions.SaveBatchAsync([.. Enumerable.Range(0, Sessions).Select(i => Workload.Session(i))]);
        var folder = Directory.CreateTempSubdirectory("nexus-bench");
        var adminKey = "";
        await using var server = NexusServer.Build(new ServerOptions
        {
            Urls = "http://127.0.0.1:0",
            Nexus = database.Options(folder.FullName),
            AdminKeyCreated = (key, _) => adminKey = key,
            ConfigureLogging = logging => logging.ClearProviders(),
        });
        await server.StartAsync();
        var address = new Uri(server.Urls.Single());
        var connections = Enumerable.Range(0, Connections).Select(_ => new HttpConnection()).ToArray();
        foreach (var connection in connections) await connection.ConnectAsync(address);

        Figures.Begin($"session GET and PUT by turns, {Connections} callers or connections, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
        var figures = await Measure.RoundsAsync(
            Connections,
            duration,
            ("library", async (caller, i) =>
            {
                var session = Workload.Session((caller * 10) + (i % 10), i);
                if (i % 2 == 0) _ = await nexus.Sessions.GetAsync(session.ChatId);
                else await nexus.Sessions.SaveAsync(session);
            }
        ),
            ("HTTP", async (caller, i) =>
            {
                var status = await connections[caller].SendAsync(Request(address, adminKey, (caller * 10) + (i % 10), i));
                if (status is not (200 or 201)) throw new InvalidOperationException($"status {status}");
            }
        ));
        figures[^1].Compare(figures.AsSpan(..^1));

        foreach (var connection in connections) connection.Dispose();
        await server.StopAsync();
        folder.Delete(recursive: true);
    }

    private static byte[] Request(Uri address, string key, int n, int i)
    {
        var head = $"/v1/sessions/{Workload.ChatId(n)} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key}\r\n";
        if (i % 2 == 0) return Encoding.ASCII.GetBytes($"GET {head}\r\n");
        var body = $$"""{"apiKey":"{{Workload.SecretText(n, "key")}}","apiSecret":"{{Workload.SecretText(n, "secret")}}","config":{{Encoding.UTF8.GetString(Workload.Config(n, i))}}}""";
        return Encoding.ASCII.GetBytes($"PUT {head}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
