using System.Text.Json;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.ImportExport;
using Nexus.Trades;

namespace Nexus.Fuzz.Targets;

/// <summary>Rows of other bots: the table in the first line, then a JSON object a line. A column may hold a value of any type.</summary>
internal sealed class SourceRowTarget : FuzzTarget
{
    private static readonly ChatId Chat = 42;
    private static readonly TradeSealing Trades = new(FuzzKeys.Documents, TimeProvider.System);

    public override string Name => "source-row";

    public override IReadOnlyList<string> Dictionaries => ["json", "rows"];

    public override void Run(byte[] input, ShownTexts shown)
    {
        var lines = new InputLines(input);
        var table = lines.Next();
        var rows = new List<SourceRow>();
        while (lines.Rest.Length > 0) if (Row(lines.Next()) is { } row) rows.Add(row);
        var report = new SourceReport(table);
        switch (table)
        {
            case "trades":
                foreach (var row in rows) Try(shown, () => Trades.ToRow(FreqtradeTrade.Convert(row, 1, Chat, report)));
                foreach (var row in rows) FreqtradeTrade.Metadata(row, rows, rows);
                break;
            case "Executors":
                foreach (var row in rows) Try(shown, () => Trades.ToRow(HummingbotExecutor.Convert(row, "id", Chat)));
                break;
            default:
                AddFills(rows, report, shown);
                break;
        }
    }

    public override bool IsDocumented(Exception error) => false;

    private static void AddFills(List<SourceRow> rows, SourceReport report, ShownTexts shown)
    {
        var fills = new HummingbotFills(Chat, report, new SourceTable("TradeFill", rows.Count), new Dictionary<string, SourceRow>());
        foreach (var row in rows)
        {
            Try(shown, () =>
            {
                foreach (var record in fills.Add(row))
                {
                    if (record is RefusedRecord refused) shown.Add(refused.Reason);
                    else if (record is TradeRecord { Trade: var trade }) Try(shown, () => Trades.ToRow(trade));
                }
            });
        }
        fills.End();
    }

    private static void Try(ShownTexts shown, Action convert)
    {
        try
        {
            convert();
        }
        catch (NexusValidationException error)
        {
            shown.Add(error.Message);
        }
    }

    private static SourceRow? Row(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            var values = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var member in json.RootElement.EnumerateObject()) values[member.Name] = Value(member.Value);
            return new SourceRow(values);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What SQLite gives: no infinite numbers, no text with half a surrogate pair.</summary>
    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => Array.Empty<byte>(),
        JsonValueKind.Object or JsonValueKind.Array => value.GetRawText(),
        _ => null,
    };
}
