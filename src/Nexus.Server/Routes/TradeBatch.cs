using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Nexus.Operations.Exchange.Json;
using Nexus.Server.Contracts;
using Nexus.Server.Http;
using Nexus.Trades;

namespace Nexus.Server.Routes;

/// <summary>Trades as NDJSON: stored in portions while they arrive, so that memory holds one portion, however long the body is.</summary>
internal static class TradeBatch
{
    private const int PortionTrades = 1000;
    private const long PortionBytes = 8 * 1024 * 1024;

    public static async Task<IResult> StoreAsync(HttpContext http, NexusDb db)
    {
        var result = new Result();
        try
        {
            var portion = new List<(long Line, Trade Trade)>(PortionTrades);
            var bytes = 0L;
            await foreach (var line in NdJsonLines.ReadAsync(http.Request.BodyReader, RequestBody.MaxRecordBytes, http.RequestAborted))
            {
                if (Parse(line, result) is { } trade) portion.Add((line.Number, trade));
                bytes += line.Text.Length;
                if (portion.Count < PortionTrades && bytes < PortionBytes) continue;
                await FlushAsync(db, portion, result, http.RequestAborted);
                bytes = 0;
            }
            await FlushAsync(db, portion, result, http.RequestAborted);
            return Answers.Json(result.ToView(), ServerJson.Strict.TradeBatchView);
        }
        catch (NexusException error) when (Problem.From(error, http) is { } problem)
        {
            return problem with { Body = problem.Body with { Done = result.ToView() } };
        }
    }

    private static async Task FlushAsync(NexusDb db, List<(long Line, Trade Trade)> portion, Result result, CancellationToken cancellationToken)
    {
        if (portion.Count == 0) return;
        var report = await db.Trades.AppendAsync(portion.Select(entry => entry.Trade).ToAsyncEnumerable(), cancellationToken);
        result.Add(report, index => portion[(int)index].Line);
        portion.Clear();
    }

    private static Trade? Parse(NdJsonLine line, Result result)
    {
        try
        {
            if (line.IsTooLong) throw new NexusValidationException("line", $"must be at most {RequestBody.MaxRecordBytes} bytes", tooLarge: true);
            var reader = new Utf8JsonReader(line.Text, new JsonReaderOptions { MaxDepth = ServerJson.MaxDepth });
            var body = JsonSerializer.Deserialize(ref reader, ServerJson.Strict.TradeBody) ?? throw new NexusValidationException("line", "must be a JSON object");
            if (reader.Read()) throw new NexusValidationException("line", "must hold one JSON object");
            return body.ToTrade();
        }
        catch (NexusValidationException error)
        {
            result.Reject(line.Number, error.Code, error.Message);
        }
        catch (JsonException error)
        {
            var (field, reason) = JsonProblem.Describe(error, ServerJson.Strict.TradeBody);
            result.Reject(line.Number, field is null ? "invalid_json" : "invalid", field is null ? "the line is not a JSON object" : $"{field}: {reason}");
        }
        return null;
    }

    private sealed class Result
    {
        private readonly List<LineError> _errors = [];
        private long _stored, _wereThere, _rejected;

        public void Reject(long line, string code, string message)
        {
            _rejected++;
            if (_errors.Count < AppendReport.MaxListed) _errors.Add(new LineError(line, code, message));
        }

        public void Add(AppendReport report, Func<long, long> lineOf)
        {
            _stored += report.Stored;
            _wereThere += report.WereThere;
            foreach (var rejection in report.Rejections) Reject(lineOf(rejection.Index), rejection.Code, rejection.Message);
        }

        public TradeBatchView ToView() => new(_stored, _wereThere, _rejected, [.. _errors.OrderBy(error => error.Line)]);
    }
}
