using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nexus.Bench;

/// <summary>
/// A Kestrel endpoint that reads each request to its end and returns the bytes of a given response, headers included. It routes, checks and stores
/// nothing: the limit of what a server over the same framework can reach.
/// </summary>
internal sealed class BareServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Dictionary<string, HttpSample> _responses;

    private BareServer(Dictionary<string, HttpSample> responses)
    {
        _responses = responses;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.Run(RespondAsync);
    }

    public Uri Address => new(_server.Urls.Single());

    /// <param name="responses">The response to each method.</param>
    public static async Task<BareServer> StartAsync(Dictionary<string, HttpSample> responses)
    {
        var server = new BareServer(responses);
        await server._server.StartAsync();
        return server;
    }

    private async Task RespondAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }
        var sample = _responses[http.Request.Method];
        http.Response.StatusCode = sample.Status;
        foreach (var (name, value) in sample.Headers) http.Response.Headers[name] = value;
        http.Response.ContentLength = sample.Body.Length;
        await http.Response.Body.WriteAsync(sample.Body, http.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }
}

/// <summary>A response as it was received, without the headers that Kestrel writes itself.</summary>
internal sealed record HttpSample(int Status, (string Name, string Value)[] Headers, byte[] Body)
{
    /// <summary>Sends a request and keeps its response.</summary>
    public static async Task<HttpSample> ReadAsync(HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Server" or "Content-Length" or "Transfer-Encoding"))
            .Select(header => (header.Key, string.Join(", ", header.Value)));
        return new HttpSample((int)response.StatusCode, [.. headers], await response.Content.ReadAsByteArrayAsync());
    }
}
