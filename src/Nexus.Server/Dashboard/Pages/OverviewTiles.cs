using Nexus.Stores;

namespace Nexus.Server.Dashboard;

/// <summary>The figures that open pages renew.</summary>
internal static class OverviewTiles
{
    public static IReadOnlyList<OverviewModel.Tile> Of(Texts texts, FigureSample now, StoreStatus? store)
    {
        var formats = texts.Formats;
        return
        [
            new("rate", formats.Short(now.Rate), texts.Format("tile.per_second")),
            new("median", now.Median is { } median ? formats.Milliseconds(median) : "–", "p50"),
            new("slowest", now.Slowest is { } slowest ? formats.Milliseconds(slowest) : "–", "p99"),
            new("errors", formats.Short(now.Errors), texts.Format("tile.per_second")),
            new("queued", formats.Count(now.Queued), texts.Format("tile.writes")),
            new("pool", store is { PoolMax: > 0 } ? $"{store.PoolSize} / {store.PoolMax}" : "–", texts.Format("tile.connections")),
            new("cache", now.CacheHits is { } hits ? formats.Percent(hits) : "–", texts.Format("tile.from_memory")),
            new("outbox", formats.Count(now.Pending), texts.Format("tile.writes")),
        ];
    }
}
