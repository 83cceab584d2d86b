using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Alerts;

/// <summary>Receives webhooks on loopback.</summary>
internal sealed class WebhookReceiver : IDisposable
{
    private readonly HttpListener _listener = new();

    public WebhookReceiver()
    {
        Url = $"http://127.0.0.1:{Ports.Free()}/hook/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = Task.Run(ReceiveAsync);
    }

    public string Url { get; }

    public ConcurrentQueue<(string Id, JsonElement Body)> Received { get; } = [];

    /// <summary>What is returned; 200 at first.</summary>
    public int Status { get; set; } = 200;

    /// <summary>How many messages of a kind named a rule, each id counted once.</summary>
    public int Count(string type, string rule) => Received.DistinctBy(message => message.Id).Count(message => IsAbout(message.Body, type, rule));

    /// <summary>The same with repetitions of one id.</summary>
    public int Attempts(string type, string rule) => Received.Count(message => IsAbout(message.Body, type, rule));

    public void Dispose() => _listener.Close();

    private static bool IsAbout(JsonElement body, string type, string rule) => body.GetProperty("type").GetString() == type
        && body.GetProperty("data").GetProperty("alerts").EnumerateArray().Any(alert => alert.GetProperty("rule").GetString() == rule);

    private async Task ReceiveAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                Received.Enqueue((context.Request.Headers["webhook-id"]!, JsonElement.Parse(await reader.ReadToEndAsync())));
                context.Response.StatusCode = Status;
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
