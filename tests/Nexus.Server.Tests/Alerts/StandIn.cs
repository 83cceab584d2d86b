using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nexus.Server.Tests.Alerts;

/// <summary>An HTTP server of the test that stands in for a receiver of webhooks or for Telegram.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandIn(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>The requests with their bodies.</summary>
    public ConcurrentQueue<(string Path, IHeaderDictionary Headers, string Body)> Requests { get; } = [];

    /// <summary>What is returned; 200 at first.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = http => http.Response.WriteAsync("");

    public static async Task<StandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var standIn = new StandIn(app);
        app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            standIn.Requests.Enqueue((http.Request.Path, new HeaderDictionary(http.Request.Headers.ToDictionary()), await reader.ReadToEndAsync()));
            await standIn.Answer(http);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return standIn;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
