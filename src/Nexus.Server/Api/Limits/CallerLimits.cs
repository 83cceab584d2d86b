using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Nexus.Server.Settings;

namespace Nexus.Server.Api;

/// <summary>The current usage of each key and of all keys together.</summary>
internal sealed class CallerLimits(ServerOptions options, TimeProvider clock)
{
    // Grows with the number of keys since the start, which only administrators create.
    private readonly ConcurrentDictionary<string, Caller> _callers = new(StringComparer.Ordinal);

    private readonly Quota _bodies = new(options.Limits.BodyBytes, clock);
    private readonly Quota _streams = new(options.Limits.EventStreams, clock);

    public ServerLimits Limits { get; } = options.Limits;

    /// <summary>The usage of the request's key.</summary>
    public Caller Of(HttpContext http) => Of(http.Caller().Id);

    /// <summary>The usage of a key.</summary>
    public Caller Of(string keyId) => _callers.GetOrAdd(keyId, static (_, limits) => new Caller(limits), this);

    /// <summary>The shares of one key.</summary>
    internal sealed class Caller(CallerLimits all)
    {
        private readonly Quota _requests = new(all.Limits.RequestsPerKey, all.Clock);
        private readonly Quota _lists = new(all.Limits.ListsPerKey, all.Clock);
        private readonly Quota _streams = new(all.Limits.EventStreamsPerKey, all.Clock);
        private readonly Quota _bodies = new(all.Limits.BodyBytesPerKey, all.Clock);

        /// <summary>Requests in flight.</summary>
        public long Requests => _requests.Taken;

        /// <exception cref="LimitException">The key is at its limit.</exception>
        public Share TakeRequest() => _requests.TryTake(1)
            ? new Share(_requests, 1)
            : throw LimitException.OfKey($"this key has {all.Limits.RequestsPerKey} requests in flight, which is its limit");

        /// <exception cref="LimitException">The key or the server is at its limit.</exception>
        public Share TakeStream()
        {
            if (!_streams.TryTake(1)) throw LimitException.OfKey($"this key has {all.Limits.EventStreamsPerKey} event streams, which is its limit");
            if (all._streams.TryTake(1)) return new Share(_streams, 1, all._streams);
            _streams.Return(1);
            throw LimitException.OfServer($"the server has {all.Limits.EventStreams} event streams, which is its limit");
        }

        /// <param name="weight">1 for a page, more for a request that costs as much as several pages.</param>
        /// <exception cref="LimitException">The key is at its limit, and no read ended in time.</exception>
        public async ValueTask<Share> TakeListAsync(int weight, CancellationToken cancellationToken)
        {
            var share = Math.Min(weight, all.Limits.ListsPerKey);
            return await _lists.TakeAsync(share, all.Limits.Patience, cancellationToken)
                ? new Share(_lists, share)
                : throw LimitException.OfKey($"this key reads {all.Limits.ListsPerKey} lists at once, which is its limit");
        }

        public bool TryTakeBody(long bytes)
        {
            if (!_bodies.TryTake(bytes)) return false;
            if (all._bodies.TryTake(bytes)) return true;
            _bodies.Return(bytes);
            return false;
        }

        /// <exception cref="LimitException">The memory was not available in time.</exception>
        public async ValueTask TakeBodyAsync(long bytes, TimeSpan patience, CancellationToken cancellationToken)
        {
            if (!await _bodies.TakeAsync(bytes, patience, cancellationToken))
                throw LimitException.OfKey($"this key has {all.Limits.BodyBytesPerKey} bytes of request bodies in flight, which is its limit");
            var isTaken = false;
            try
            {
                isTaken = await all._bodies.TakeAsync(bytes, patience, cancellationToken);
            }
            finally
            {
                if (!isTaken) _bodies.Return(bytes);
            }
            if (!isTaken)
                throw LimitException.OfServer($"the server has {all.Limits.BodyBytes} bytes of request bodies in flight, which is its limit");
        }

        public void ReturnBody(long bytes)
        {
            all._bodies.Return(bytes);
            _bodies.Return(bytes);
        }
    }

    private TimeProvider Clock { get; } = clock;
}

/// <summary>A share that is returned when it is disposed.</summary>
internal readonly struct Share(Quota quota, long amount, Quota? second = null) : IDisposable
{
    public void Dispose()
    {
        second?.Return(amount);
        quota?.Return(amount);
    }
}

/// <summary>A request is refused because a limit is reached. A retry may succeed.</summary>
internal sealed class LimitException : Exception
{
    private const int RetrySeconds = 2;

    private LimitException(int status, string code, string message)
        : base(message) => Problem = Problem.Of(status, code, message) with { RetryAfterSeconds = RetrySeconds };

    public Problem Problem { get; }

    public static LimitException OfKey(string message) => new(StatusCodes.Status429TooManyRequests, "too_many_requests", message);

    public static LimitException OfServer(string message) => new(StatusCodes.Status503ServiceUnavailable, "busy", message);
}
