using System.Buffers;
using System.Text;
using System.Text.Json;
using Nexus.Errors;
using Nexus.Operations.Json;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>Reads one line of a batch of trades.</summary>
internal static class TradeLine
{
    /// <summary>
    /// Longer lines are searched for unknown property names before they are deserialized: the serializer copies such a name several times.
    /// </summary>
    private const int LongLine = 16 * 1024;

    private const int LongName = 256;

    /// <summary>The trade, or why the line is not one.</summary>
    public static (Trade? Trade, LineError? Refusal) Parse(NdJsonLine line)
    {
        try
        {
            if (line.IsTooLong) throw new NexusValidationException("line", $"must be at most {RequestBody.MaxRecordBytes} bytes", tooLarge: true);
            if (line.Text.Length > LongLine) RefuseLongNames(line.Text);
            var reader = new Utf8JsonReader(line.Text, new JsonReaderOptions { MaxDepth = ServerJson.MaxDepth });
            var body = JsonSerializer.Deserialize(ref reader, ServerJson.Strict.TradeBody)
                ?? throw new NexusValidationException("line", "must be a JSON object");
            if (reader.Read()) throw new NexusValidationException("line", "must contain exactly one JSON object");
            return (body.ToTrade(), null);
        }
        catch (NexusValidationException error)
        {
            return (null, new LineError(line.Number, error.Code, error.Message));
        }
        catch (JsonException error)
        {
            var (field, reason) = JsonProblem.Describe(error, ServerJson.Strict.TradeBody);
            return (null, new LineError(
                line.Number, field is null ? "invalid_json" : "invalid", field is null ? "the line is not a JSON object" : $"{field}: {reason}"));
        }
    }

    private static void RefuseLongNames(ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = ServerJson.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
            var name = reader.HasValueSequence ? reader.ValueSequence : new ReadOnlySequence<byte>(reader.ValueSpan.ToArray());
            if (name.Length > LongName)
                throw new NexusValidationException(ClientText.Short(Encoding.UTF8.GetString(name.Slice(0, LongName))), "is not a known property");
        }
    }
}
