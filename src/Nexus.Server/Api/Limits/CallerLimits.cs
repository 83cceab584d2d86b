using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Nexus.Server.Settings;

namespace Nexus.Server.Api;

/// <summary>What each key, and all of them together, use of the server now.</summary>
internal sealed class CallerLimits(ServerOptions options, TimeProvider clock)
{
    // As many as there were keys since the start: whoever makes keys is an administrator.
    private readonly ConcurrentDictionary<string, Caller> _callers = new(StringComparer.Ordinal);

    private readonly Quota _bodies = new(options.Limits.BodyBytes, clock);
    private readonly Quota _streams = new(options.Limits.EventStreams, clock);

    public ServerLimits Limits { get; } = options.Limits;

    /// <summary>What the request's key uses.</summary>
    public Caller Of(HttpContext http) => _callers.GetOrAdd(http.Caller().Id, static (_, limits) => new Caller(limits), this);

    /// <summary>The shares of one key.</summary>
    internal sealed class Caller(CallerLimits all)
    {
        private readonly Quota _requests = new(all.Limits.RequestsPerKey, all.Clock);
        private readonly Quota _lists = new(all.Limits.ListsPerKey, all.Clock);
        private readonly Quota _streams = new(all.Limits.EventStreamsPerKey, all.Clock);
        private readonly Quota _bodies = new(all.Limits.BodyBytesPerKey, all.Clock);

        /// <exception cref="LimitException">The key has as many as it may.</exception>
        public Share TakeRequest() => _requests.TryTake(1)
            ? new Share(_requests, 1)
            : throw LimitException.OfKey($"this key has {all.Limits.RequestsPerKey} requests in flight, as many as it may");

        /// <exception cref="LimitException">The key or the server has as many as it may.</exception>
        public Share TakeStream()
        {
            if (!_streams.TryTake(1)) throw LimitException.OfKey($"this key has {all.Limits.EventStreamsPerKey} event streams, as many as it may");
            if (all._streams.TryTake(1)) return new Share(_streams, 1, all._streams);
            _streams.Return(1);
            throw LimitException.OfServer($"the server has {all.Limits.EventStreams} event streams, as many as it may");
        }

        /// <param name="weight">1 for a page; more for what costs as much as several.</param>
        /// <exception cref="LimitException">The key has as many as it may and none ended soon enough.</exception>
        public async ValueTask<Share> TakeListAsync(int weight, CancellationToken cancellationToken)
        {
            var share = Math.Min(weight, all.Limits.ListsPerKey);
            return await _lists.TakeAsync(share, all.Limits.Patience, cancellationToken)
                ? new Share(_lists, share)
                : throw LimitException.OfKey($"this key reads {all.Limits.ListsPerKey} lists at once, as many as it may");
        }

        public bool TryTakeBody(long bytes)
        {
            if (!_bodies.TryTake(bytes)) return false;
            if (all._bodies.TryTake(bytes)) return true;
            _bodies.Return(bytes);
            return false;
        }

        /// <exception cref="LimitException">There was no room soon enough.</exception>
        public async ValueTask TakeBodyAsync(long bytes, TimeSpan patience, CancellationToken cancellationToken)
        {
            if (!await _bodies.TakeAsync(bytes, patience, cancellationToken)) throw LimitException.OfKey($"this key has {all.Limits.BodyBytesPerKey} bytes of request bodies in flight, as many as it may");
            var isTaken = false;
            try
            {
                isTaken = await all._bodies.TakeAsync(bytes, patience, cancellationToken);
            }
            finally
            {
                if (!isTaken) _bodies.Return(bytes);
            }
            if (!isTaken) throw LimitException.OfServer($"the server has {all.Limits.BodyBytes} bytes of request bodies in flight, as many as it may");
        }

        public void ReturnBody(long bytes)
        {
            all._bodies.Return(bytes);
            _bodies.Return(bytes);
        }
    }

    private TimeProvider Clock { get; } = clock;
}

/// <summary>A share that is given back when it is disposed.</summary>
internal readonly struct Share(Quota quota, long amount, Quota? second = null) : IDisposable
{
    public void Dispose()
    {
        second?.Return(amount);
        quota?.Return(amount);
    }
}

/// <summary>A request is refused because of what is in use already; the same one may pass soon.</summary>
internal sealed class LimitException : Exception
{
    private const int RetrySeconds = 2;

    private LimitException(int status, string code, string message)
        : base(message) => Problem = Problem.Of(status, code, message) with { RetryAfterSeconds = RetrySeconds };

    public Problem Problem { get; }

    public static LimitException OfKey(string message) => new(StatusCodes.Status429TooManyRequests, "too_many_requests", message);

    public static LimitException OfServer(string message) => new(StatusCodes.Status503ServiceUnavailable, "busy", message);
}
