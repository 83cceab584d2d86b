using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Errors;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>
/// A request body as it arrives, without a byte order mark. A caller may pause between two pieces up to a time limit. If the whole body is kept in
/// memory, the bytes that have arrived are counted.
/// </summary>
internal sealed class BodyStream : ForwardOnlyStream
{
    private readonly HttpContext _http;
    private readonly BodyLease? _lease;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;
    private byte[] _ahead = [];
    private long _read;

    private BodyStream(HttpContext http, bool isKept)
    {
        _http = http;
        _lease = isKept ? BodyLease.Of(http) : null;
        _patience = http.RequestServices.GetRequiredService<CallerLimits>().Limits.IdleTimeout;
        _clock = http.RequestServices.GetRequiredService<TimeProvider>();
    }

    /// <summary>Reads the first bytes.</summary>
    /// <param name="http">The request.</param>
    /// <param name="isKept">Whether the reader keeps the whole body in memory.</param>
    /// <exception cref="LimitException">No memory was available for the body in time.</exception>
    /// <exception cref="BadHttpRequestException">The content type names an encoding other than UTF-8.</exception>
    /// <exception cref="NexusValidationException">The text has another encoding.</exception>
    public static async Task<BodyStream> OpenAsync(HttpContext http, bool isKept)
    {
        BodyEncoding.RequirePlain(http.Request);
        var stream = new BodyStream(http, isKept);
        // The limit applies to pauses: a line per second is below the server's minimum data rate and is allowed.
        if (!isKept && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        // A body of known length gets all its memory before it is read: it waits at the caller instead of half read in this process.
        if (isKept && http.Request.ContentLength is { } length) await stream._lease!.HoldAsync(length);
        await stream.PassOverMarkAsync();
        return stream;
    }

    /// <summary>Skips white space and returns the first other byte; null if there is none.</summary>
    public async Task<byte?> PeekAsync()
    {
        while (true)
        {
            if (_ahead.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) is var at and >= 0)
            {
                _ahead = _ahead[at..];
                return _ahead[0];
            }
            var piece = new byte[4096];
            var taken = await ReadOnAsync(piece, _http.RequestAborted);
            if (taken == 0) return null;
            _ahead = piece[..taken];
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ahead.Length == 0) return await ReadOnAsync(buffer, cancellationToken);
        var taken = Math.Min(_ahead.Length, buffer.Length);
        _ahead.AsMemory(0, taken).CopyTo(buffer);
        _ahead = _ahead[taken..];
        return taken;
    }

    private async Task PassOverMarkAsync()
    {
        var start = new byte[ByteOrderMark.Utf8.Length];
        var length = 0;
        while (BodyEncoding.NeedsMore(start.AsSpan(0, length)))
        {
            var taken = await ReadOnAsync(start.AsMemory(length), _http.RequestAborted);
            if (taken == 0) break;
            length += taken;
        }
        BodyEncoding.RequireUtf8(start.AsSpan(0, length));
        _ahead = ByteOrderMark.Skip(start.AsSpan(0, length)).ToArray();
    }

    private async ValueTask<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var pause = new CancellationTokenSource(_patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, pause.Token);
        try
        {
            var taken = await _http.Request.Body.ReadAsync(buffer, either.Token);
            _read += taken;
            // A body of known length has been counted already.
            if (_lease is not null && _http.Request.ContentLength is null) await _lease.HoldAsync(_read);
            return taken;
        }
        catch (OperationCanceledException error) when (pause.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException("the body paused for too long", StatusCodes.Status408RequestTimeout, error);
        }
    }
}
