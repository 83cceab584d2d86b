using Nexus.Errors;

namespace Nexus.Server.Settings;

/// <summary>Limits on concurrent use of the server. The limits of a key keep one caller from starving the others.</summary>
public sealed class ServerLimits
{
    /// <summary>The largest body of a batch, in bytes: less room would refuse each of them.</summary>
    public const long MaxBatchBytes = 64 * 1024 * 1024;

    /// <summary>Open connections, 1 or more; further ones are closed. Default 5,000.</summary>
    public int Connections { get; set; } = 5_000;

    /// <summary>Requests of one key in flight, event streams not counted, 1 or more; further ones get 429. Default 1,000.</summary>
    public int RequestsPerKey { get; set; } = 1_000;

    /// <summary>
    /// Lists and figures of one key that are read at once, 1 or more; further ones wait up to <see cref="Patience"/> and then get 429. Default 8.
    /// </summary>
    public int ListsPerKey { get; set; } = 8;

    /// <summary>Event streams, 1 or more; further ones get 503. Default 500.</summary>
    public int EventStreams { get; set; } = 500;

    /// <summary>Event streams of one key, 1 or more; further ones get 429. Default 50.</summary>
    public int EventStreamsPerKey { get; set; } = 50;

    /// <summary>
    /// Bytes of request bodies in memory, at least 64 MiB, the largest body; a request beyond it waits up to <see cref="Patience"/> and then gets
    /// 503. Handling a body takes several times its size. Default 128 MiB.
    /// </summary>
    public long BodyBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>Bytes of request bodies of one key in memory, at least 64 MiB; a request beyond it waits and then gets 429. Default 64 MiB.</summary>
    public long BodyBytesPerKey { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long a request waits at a limit, zero or more. Default 10 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a caller may leave a list or an event unread before its connection is closed, and how long a batch of trades may pause; greater than
    /// zero. Default 30 s.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Checks every range above.</summary>
    /// <exception cref="NexusConfigurationException">Names the setting and its range.</exception>
    public void Validate()
    {
        Require(Connections >= 1, nameof(Connections), "must be 1 or more");
        Require(RequestsPerKey >= 1, nameof(RequestsPerKey), "must be 1 or more");
        Require(ListsPerKey >= 1, nameof(ListsPerKey), "must be 1 or more");
        Require(EventStreams >= 1, nameof(EventStreams), "must be 1 or more");
        Require(EventStreamsPerKey >= 1, nameof(EventStreamsPerKey), "must be 1 or more");
        Require(BodyBytes >= MaxBatchBytes, nameof(BodyBytes), $"must be at least {MaxBatchBytes}");
        Require(BodyBytesPerKey >= MaxBatchBytes, nameof(BodyBytesPerKey), $"must be at least {MaxBatchBytes}");
        Require(Patience >= TimeSpan.Zero, nameof(Patience), "must be zero or more");
        Require(IdleTimeout > TimeSpan.Zero, nameof(IdleTimeout), "must be greater than zero");

        static void Require(bool holds, string setting, string message)
        {
            if (!holds) throw new NexusConfigurationException($"Limits.{setting}", message);
        }
    }
}
