using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Nexus.Server.Access;
using Nexus.Server.Contracts;
using Nexus.Server.Documentation;
using Nexus.Server.Http;
using Nexus.Storage;

namespace Nexus.Server.Routes;

/// <summary>What changes, as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html.</summary>
internal static class EventRoutes
{
    /// <summary>Proxies commonly end a connection that says nothing for 30 to 60 s.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events", StreamAsync).WithTags("Events").Requires(ApiScopes.Bot).RefuseUnknownQuery()
            .Describe("Watch changes", "Server-sent events from now on: event change, data {\"table\",\"id\"}; id * when any record of the table may have changed. Comments keep the connection alive. After a reconnect, read again what you keep.")
            .Produces<string>(200, "text/event-stream");

    private static async Task StreamAsync(HttpContext http, NexusDb db, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        await using var changes = db.WatchAsync(ending.Token).GetAsyncEnumerator(CancellationToken.None);
        using var heartbeat = new PeriodicTimer(HeartbeatInterval, clock);
        // Asking for the first change subscribes, so that whoever sees the answer begin misses nothing from then on.
        var next = changes.MoveNextAsync().AsTask();
        try
        {
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            http.Response.ContentType = "text/event-stream";
            await SendAsync(http, ": connected\n\n"u8.ToArray(), ending.Token);
            var tick = heartbeat.WaitForNextTickAsync(ending.Token).AsTask();
            while (true)
            {
                if (await Task.WhenAny(next, tick) == tick)
                {
                    await tick;
                    await SendAsync(http, ": alive\n\n"u8.ToArray(), ending.Token);
                    tick = heartbeat.WaitForNextTickAsync(ending.Token).AsTask();
                    continue;
                }
                if (!await next) return;
                await SendAsync(http, Format(changes.Current), ending.Token);
                next = changes.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The caller or the server ends it.
        }
        finally
        {
            // The stream may be disposed only when nothing is asked of it.
            await ending.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static ReadOnlyMemory<byte> Format(IReadOnlyList<StateChange> changes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var change in changes)
        {
            if (change.Table == "system_config" && SystemConfigRoutes.IsReserved(change.Id)) continue;
            buffer.Write("event: change\ndata: "u8);
            buffer.Write(JsonSerializer.SerializeToUtf8Bytes(new ChangeView(change.Table, change.Id), ServerJson.Strict.ChangeView));
            buffer.Write("\n\n"u8);
        }
        return buffer.WrittenMemory;
    }

    private static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        await http.Response.Body.WriteAsync(text, cancellationToken);
        await http.Response.Body.FlushAsync(cancellationToken);
    }
}
