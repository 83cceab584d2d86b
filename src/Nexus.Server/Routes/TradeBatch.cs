using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
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
            await foreach (var (line, text) in ReadLinesAsync(http.Request.BodyReader, result, http.RequestAborted))
            {
                if (Parse(line, text, result) is { } trade) portion.Add((line, trade));
                bytes += text.Length;
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

    private static Trade? Parse(long line, ReadOnlySequence<byte> text, Result result)
    {
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = ServerJson.MaxDepth });
            var body = JsonSerializer.Deserialize(ref reader, ServerJson.Strict.TradeBody) ?? throw new NexusValidationException("line", "must be a JSON object");
            if (reader.Read()) throw new NexusValidationException("line", "must hold one JSON object");
            return body.ToTrade();
        }
        catch (NexusValidationException error)
        {
            result.Reject(line, error.Code, error.Message);
        }
        catch (JsonException error)
        {
            var (field, reason) = JsonProblem.Describe(error, ServerJson.Strict.TradeBody);
            result.Reject(line, field is null ? "invalid_json" : "invalid", field is null ? "the line is not a JSON object" : $"{field}: {reason}");
        }
        return null;
    }

    /// <summary>Each line's bytes, valid until the next one is asked for. Empty lines are passed over; one over the limit is refused unread.</summary>
    private static async IAsyncEnumerable<(long Line, ReadOnlySequence<byte> Text)> ReadLinesAsync(
        PipeReader reader, Result result, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var line = 1L;
        var skipping = false;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                if (!skipping && TrimEnd(buffer.Slice(0, end)) is { IsEmpty: false } text) yield return (line, text);
                skipping = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                line++;
            }
            if (buffer.Length > RequestBody.MaxRecordBytes)
            {
                if (!skipping) result.Reject(line, "too_large", $"a line must be at most {RequestBody.MaxRecordBytes} bytes");
                (skipping, buffer) = (true, buffer.Slice(buffer.End));
            }
            if (read.IsCompleted)
            {
                if (!skipping && TrimEnd(buffer) is { IsEmpty: false } text) yield return (line, text);
                reader.AdvanceTo(read.Buffer.End);
                yield break;
            }
            reader.AdvanceTo(buffer.Start, read.Buffer.End);
        }
    }

    private static ReadOnlySequence<byte> TrimEnd(ReadOnlySequence<byte> text)
    {
        while (!text.IsEmpty && text.Slice(text.Length - 1).FirstSpan[0] is (byte)'\r' or (byte)' ' or (byte)'\t') text = text.Slice(0, text.Length - 1);
        return text;
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
