using Nexus.Engine;

namespace Nexus.Cli.Configuration;

/// <summary>The settings of the engine: the write queue, the caches and the history of changes.</summary>
internal static class EngineSettings
{
    private static readonly NexusOptions Defaults = new();

    public static readonly Setting<int> Writers = Define.Number(
        "engine.writers", "NEXUS_WRITERS", Defaults.Writers, 1, 16, "Writers that apply batches in parallel, each for its share of the keys.");

    public static readonly Setting<int> MaxBatchSize = Define.Number(
        "engine.maxBatchSize", "NEXUS_MAX_BATCH_SIZE", Defaults.MaxBatchSize, 1, 10_000, "The maximum number of writes in one commit.",
        type: "writes");

    public static readonly Setting<int> QueueCapacity = Define.Number(
        "engine.queueCapacity", "NEXUS_QUEUE_CAPACITY", Defaults.QueueCapacity, 1, int.MaxValue,
        "The maximum number of writes that wait in memory. Further callers wait.", type: "writes");

    public static readonly Setting<int> CacheCapacity = Define.Number(
        "engine.cacheCapacity", "NEXUS_CACHE_CAPACITY", Defaults.CacheCapacity, 1, int.MaxValue,
        "Rows of each kind that are kept in memory for reads.", type: "rows");

    public static readonly Setting<long> CacheBytes = Define.LongNumber(
        "engine.cacheBytes", "NEXUS_CACHE_BYTES", Defaults.CacheBytes, 1024 * 1024,
        "The approximate limit for the cached rows of each kind.", "bytes");

    public static readonly Setting<bool> DispatchIndex = Define.Switch(
        "engine.dispatchIndex", "NEXUS_DISPATCH_INDEX", Defaults.DispatchIndex,
        "Whether the recipients of signals are selected from an index in memory, about 130 bytes for each session.");

    public static readonly Setting<HistoryMode> History = Define.Choice(
        "history.mode", "NEXUS_HISTORY", "people",
        "Which changes get an entry in the history of changes: people records what the dashboard, the command line and API keys change, except "
            + "sessions that are saved over the HTTP API; all records those too, off nothing.",
        "--history", isReloadable: false, ("off", HistoryMode.Off), ("people", HistoryMode.People), ("all", HistoryMode.All));

    public static readonly Setting<int> HistoryDays = Define.Number(
        "history.days", "NEXUS_HISTORY_DAYS", Defaults.HistoryDays, 1, 36_500, "Days after which the maintenance removes entries of the history.",
        type: "days");

    public static readonly Setting<long> HistoryEntries = Define.LongNumber(
        "history.entries", "NEXUS_HISTORY_ENTRIES", Defaults.HistoryEntries, 1, "Entries of the history that the maintenance keeps, the newest.",
        "entries");

    public static IReadOnlyList<Setting> All { get; } =
    [
        Writers, MaxBatchSize, QueueCapacity, CacheCapacity, CacheBytes, DispatchIndex, History, HistoryDays, HistoryEntries,
    ];
}
