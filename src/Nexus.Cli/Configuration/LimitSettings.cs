using Nexus.Server.Settings;

namespace Nexus.Cli.Configuration;

/// <summary>The limits on concurrent use of the server.</summary>
internal static class LimitSettings
{
    private static readonly ServerLimits Defaults = new();
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static readonly Setting<int> Connections = Count(
        "connections", "NEXUS_LIMIT_CONNECTIONS", Defaults.Connections, "Open connections. Further ones are closed.");

    public static readonly Setting<int> RequestsPerKey = Count(
        "requestsPerKey", "NEXUS_LIMIT_REQUESTS_PER_KEY", Defaults.RequestsPerKey, "Requests of one API key in flight. Further ones get 429.");

    public static readonly Setting<int> ListsPerKey = Count(
        "listsPerKey", "NEXUS_LIMIT_LISTS_PER_KEY", Defaults.ListsPerKey,
        "Lists and figures of one API key that are read at once. Further ones wait for limits.patience and then get 429.");

    public static readonly Setting<int> EventStreams = Count(
        "eventStreams", "NEXUS_LIMIT_EVENT_STREAMS", Defaults.EventStreams, "Event streams. Further ones get 503.");

    public static readonly Setting<int> EventStreamsPerKey = Count(
        "eventStreamsPerKey", "NEXUS_LIMIT_EVENT_STREAMS_PER_KEY", Defaults.EventStreamsPerKey,
        "Event streams of one API key. Further ones get 429.");

    public static readonly Setting<long> BodyBytes = Define.LongNumber(
        "limits.bodyBytes", "NEXUS_LIMIT_BODY_BYTES", Defaults.BodyBytes, ServerLimits.MaxBatchBytes, "Request bodies in memory.", "bytes");

    public static readonly Setting<long> BodyBytesPerKey = Define.LongNumber(
        "limits.bodyBytesPerKey", "NEXUS_LIMIT_BODY_BYTES_PER_KEY", Defaults.BodyBytesPerKey, ServerLimits.MaxBatchBytes,
        "Request bodies of one API key in memory.", "bytes");

    public static readonly Setting<TimeSpan> Patience = Define.Duration(
        "limits.patience", "NEXUS_LIMIT_PATIENCE", Defaults.Patience, TimeSpan.Zero, Longest,
        "How long a request waits at a limit.", isReloadable: true);

    public static readonly Setting<TimeSpan> IdleTimeout = Define.Duration(
        "limits.idleTimeout", "NEXUS_LIMIT_IDLE_TIMEOUT", Defaults.IdleTimeout, TimeSpan.FromSeconds(1), Longest,
        "How long a caller may leave a list or an event unread, and how long a batch of trades may pause.", isReloadable: true);

    public static IReadOnlyList<Setting> All { get; } =
        [Connections, RequestsPerKey, ListsPerKey, EventStreams, EventStreamsPerKey, BodyBytes, BodyBytesPerKey, Patience, IdleTimeout];

    private static Setting<int> Count(string name, string variable, int @default, string description) =>
        Define.Number($"limits.{name}", variable, @default, 1, int.MaxValue, description);
}
