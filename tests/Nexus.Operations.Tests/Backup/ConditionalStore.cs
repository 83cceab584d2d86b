using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nexus.Operations.Tests.Backup;

/// <summary>
/// In front of the S3 server, which ignores conditions: answers <c>If-None-Match: *</c> as Amazon S3 does, or as a store does that does not implement
/// it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
/// </summary>
internal sealed class ConditionalStore : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private readonly string _upstream;
    private readonly HttpStatusCode _refusal;
    private readonly int _readers;
    private readonly ConcurrentDictionary<string, bool> _objects = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _looks;
    private int _refused;

    private ConditionalStore(WebApplication app, string upstream, HttpStatusCode refusal, int readers) =>
        (_app, _upstream, _refusal, _readers) = (app, upstream, refusal, readers);

    public string Endpoint => _app.Urls.Single();

    /// <summary>Conditional writes that were refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <param name="upstream">The server behind it.</param>
    /// <param name="refusal">412: the object exists. 501: the condition is not implemented, whether it exists or not.</param>
    /// <param name="readers">So many readers are answered together, so that all of them find the object absent.</param>
    public static async Task<ConditionalStore> StartAsync(string upstream, HttpStatusCode refusal, int readers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var store = new ConditionalStore(app, upstream, refusal, readers);
        app.Run(store.HandleAsync);
        await app.StartAsync();
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (HttpMethods.IsGet(http.Request.Method) && Interlocked.Increment(ref _looks) <= _readers)
        {
            if (Volatile.Read(ref _looks) >= _readers) _looked.TrySetResult();
            await _looked.Task.WaitAsync(http.RequestAborted);
        }
        var isConditional = HttpMethods.IsPut(http.Request.Method) && http.Request.Headers.IfNoneMatch == "*";
        if (isConditional && (_refusal != HttpStatusCode.PreconditionFailed || !_objects.TryAdd(path, true)))
        {
            Interlocked.Increment(ref _refused);
            http.Response.StatusCode = (int)_refusal;
            http.Response.ContentType = "application/xml";
            await http.Response.WriteAsync(_refusal == HttpStatusCode.PreconditionFailed
                ? "<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message></Error>"
                : "<Error><Code>NotImplemented</Code><Message>A header you provided implies functionality that is not implemented</Message></Error>");
            return;
        }
        if (HttpMethods.IsDelete(http.Request.Method)) _objects.TryRemove(path, out _);
        await ForwardAsync(http);
    }

    /// <summary>With the headers that were signed.</summary>
    private async Task ForwardAsync(HttpContext http)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), _upstream + http.Request.Path + http.Request.QueryString);
        if (HttpMethods.IsPut(http.Request.Method) || HttpMethods.IsPost(http.Request.Method)) request.Content = new StreamContent(http.Request.Body);
        foreach (var (name, value) in http.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
        }
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, value) in response.Headers.Concat(response.Content.Headers))
        {
            if (name is not ("Transfer-Encoding" or "Connection" or "Keep-Alive")) http.Response.Headers[name] = value.ToArray();
        }
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
