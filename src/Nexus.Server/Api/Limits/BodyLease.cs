using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Server.Api;

/// <summary>The memory of a request body, counted against the limits of its key and of the server until the request ends.</summary>
internal sealed class BodyLease : IDisposable
{
    /// <summary>Bodies of this size and smaller are not counted: the limit of requests in flight bounds them.</summary>
    public const int Uncounted = 16 * 1024;

    /// <summary>A request that holds memory waits only a short time for more, because others may wait for what it holds.</summary>
    private static readonly TimeSpan PatienceOfHolder = TimeSpan.FromSeconds(2);

    private readonly CallerLimits.Caller _caller;
    private readonly TimeSpan _patience;
    private readonly CancellationToken _aborted;
    private long _held;

    private BodyLease(HttpContext http, CallerLimits limits) =>
        (_caller, _patience, _aborted) = (limits.Of(http), limits.Limits.Patience, http.RequestAborted);

    /// <summary>The request's lease; it ends with the request.</summary>
    public static BodyLease Of(HttpContext http)
    {
        if (http.Features.Get<BodyLease>() is { } present) return present;
        var lease = new BodyLease(http, http.RequestServices.GetRequiredService<CallerLimits>());
        http.Features.Set(lease);
        http.Response.RegisterForDispose(lease);
        return lease;
    }

    /// <summary>Holds exactly this many bytes, if they are available at once.</summary>
    public bool TryHold(long bytes)
    {
        var wanted = Rounded(bytes);
        if (wanted > _held && !_caller.TryTakeBody(wanted - _held)) return false;
        if (wanted < _held) _caller.ReturnBody(_held - wanted);
        _held = wanted;
        return true;
    }

    /// <summary>Holds this many bytes, waiting until they are available.</summary>
    /// <exception cref="LimitException">The memory was not available in time.</exception>
    public ValueTask HoldAsync(long bytes) => TryHold(bytes) ? ValueTask.CompletedTask : WaitAsync(bytes);

    public void Dispose()
    {
        _caller.ReturnBody(_held);
        _held = 0;
    }

    private async ValueTask WaitAsync(long bytes)
    {
        var wanted = Rounded(bytes);
        await _caller.TakeBodyAsync(wanted - _held, _held == 0 || _patience < PatienceOfHolder ? _patience : PatienceOfHolder, _aborted);
        _held = wanted;
    }

    /// <summary>Rounds up, so that a body that arrives in many pieces takes memory in few steps.</summary>
    private static long Rounded(long bytes) => bytes <= Uncounted ? 0 : (bytes + Uncounted - 1) / Uncounted * Uncounted;
}
