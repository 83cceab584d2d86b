using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Nexus.Operations.Json;
using Nexus.Server.Api;
using Nexus.Trades;

namespace Nexus.Fuzz.Targets;

/// <summary>Batches of trades as NDJSON. A line that is wrong refuses itself alone.</summary>
internal sealed class HttpNdJsonTarget : HttpBodyTarget
{
    private static readonly TradeSealing Trades = new(FuzzKeys.Documents, TimeProvider.System);

    public override string Name => "http-ndjson";

    protected override string ContentType => RequestBody.NdJson;

    protected override async Task ReadAsync(HttpContext http, int kind, ShownTexts shown)
    {
        await using var body = await BodyStream.OpenAsync(http, isKept: false);
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 32 * 1024, leaveOpen: true));
        await foreach (var line in NdJsonLines.ReadAsync(reader, 16 * 1024))
        {
            var (trade, refusal) = TradeLine.Parse(line);
            if (trade is null == refusal is null) throw new FuzzFailureException("a line is neither a trade nor refused");
            shown.Add(refusal?.Message);
            try
            {
                if (trade is not null) Trades.ToRow(trade);
            }
            catch (Errors.NexusValidationException error)
            {
                shown.Add(error.Message);
            }
        }
    }
}
