using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;

namespace Nexus.Server.Dashboard;

/// <summary>What open pages show, as one event for each language: it is formatted once for all readers, also for those that begin to read.</summary>
internal sealed class LiveFigures(FigureRecorder recorder, HealthReader health, StoreGlance store)
{
    private readonly ConcurrentDictionary<Texts, (FigureSample Figures, ReadOnlyMemory<byte> Text)> _formatted = new();

    /// <summary>The event of the present figures.</summary>
    public ReadOnlyMemory<byte> Format(Texts texts)
    {
        var figures = recorder.Latest;
        if (_formatted.TryGetValue(texts, out var last) && ReferenceEquals(last.Figures, figures)) return last.Text;
        var text = Format(texts, figures);
        _formatted[texts] = (figures, text);
        return text;
    }

    private ReadOnlyMemory<byte> Format(Texts texts, FigureSample figures)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("event: figures\ndata: "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            var items = health.Read();
            json.WriteStartObject();
            json.WriteString("health", HealthReader.FingerprintOf(items));
            json.WriteStartObject("values");
            foreach (var tile in OverviewTiles.Of(texts, figures, store.Status)) json.WriteString(tile.Id, tile.Value);
            json.WriteEndObject();
            json.WriteStartArray("charts");
            foreach (var chart in OverviewCharts.Of(texts, recorder.Hour)) Write(json, chart);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        buffer.Write("\n\n"u8);
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, ChartModel chart)
    {
        json.WriteStartObject();
        json.WriteString("id", chart.Id);
        json.WriteString("label", chart.Label);
        json.WriteString("top", chart.Top);
        json.WriteString("from", chart.From);
        json.WriteStartArray("paths");
        foreach (var series in chart.Series) json.WriteStringValue(chart.PathOf(series));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
