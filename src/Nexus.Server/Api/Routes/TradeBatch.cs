using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;
using Nexus.Errors;
using Nexus.Idempotency;
using Nexus.Operations.Json;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>Stores trades from NDJSON in portions while they arrive, so memory holds one portion, however long the body is.</summary>
internal static class TradeBatch
{
    private const int PortionTrades = 1000;
    private const long PortionBytes = 8 * 1024 * 1024;

    /// <summary>After a pause of this length, the trades that have arrived are stored.</summary>
    private static readonly TimeSpan Lull = TimeSpan.FromSeconds(1);

    public static async Task<IResult> StoreAsync(HttpContext http, NexusDb db, ApiKeyRegistry keys, TimeProvider clock)
    {
        var result = new Result();
        try
        {
            await using var body = await BodyStream.OpenAsync(http, isKept: false);
            await StoreAsync(http, body, new Portion(db, result, BodyLease.Of(http), () => keys.IsCurrent(http.Caller()), http.Keyed()), clock);
            return ApiResults.Json(result.ToView(), ServerJson.Strict.TradeBatchView);
        }
        catch (Exception error) when (!http.RequestAborted.IsCancellationRequested && Problem.From(error, http) is { } problem)
        {
            return problem with { Body = problem.Body with { Done = result.ToView() } };
        }
    }

    private static async Task StoreAsync(HttpContext http, BodyStream body, Portion portion, TimeProvider clock)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 32 * 1024, leaveOpen: true));
        await using var lines =
            NdJsonLines.ReadAsync(reader, RequestBody.MaxRecordBytes, portion.HoldAsync, ending.Token).GetAsyncEnumerator(CancellationToken.None);
        while (true)
        {
            var next = lines.MoveNextAsync();
            if (!(next.IsCompleted || portion.IsEmpty ? await next : await StoreInLullAsync(next.AsTask()))) break;
            await portion.AddAsync(lines.Current, http.RequestAborted);
        }
        await portion.StoreAsync(http.RequestAborted);

        async Task<bool> StoreInLullAsync(Task<bool> next)
        {
            try
            {
                if (await Task.WhenAny(next, Task.Delay(Lull, clock, ending.Token)) != next) await portion.StoreAsync(http.RequestAborted);
            }
            catch
            {
                // The enumeration can be left only between two reads.
                await ending.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
            return await next;
        }
    }

    /// <summary>The trades of the current portion.</summary>
    private sealed class Portion(NexusDb db, Result result, BodyLease lease, Func<bool> isKeyCurrent, IdempotentRequest? request)
    {
        private readonly List<(long Line, Trade Trade)> _trades = new(PortionTrades);
        private long _bytes;

        public bool IsEmpty => _trades.Count == 0;

        /// <summary>Counts the memory held in addition to an unfinished line.</summary>
        public ValueTask HoldAsync(long unfinished) => lease.HoldAsync(_bytes + unfinished);

        public async Task AddAsync(NdJsonLine line, CancellationToken cancellationToken)
        {
            var (parsed, refusal) = TradeLine.Parse(line);
            if (refusal is not null) result.Reject(refusal);
            if (parsed is null) return;
            var trade = request.Identify(parsed, line);
            _trades.Add((line.Number, trade));
            _bytes += line.Text.Length;
            // If memory is short, a small portion is better than waiting for room.
            if (_trades.Count < PortionTrades && _bytes < PortionBytes && lease.TryHold(_bytes)) return;
            await StoreAsync(cancellationToken);
        }

        public async Task StoreAsync(CancellationToken cancellationToken)
        {
            if (IsEmpty) return;
            // A batch may last for hours, and its key may be removed meanwhile.
            if (!isKeyCurrent()) throw new BadHttpRequestException("the API key was removed or changed", StatusCodes.Status401Unauthorized);
            var report = await db.Trades.AppendAsync(_trades.Select(entry => entry.Trade).ToAsyncEnumerable(), cancellationToken);
            result.Add(report, index => _trades[(int)index].Line);
            _trades.Clear();
            _bytes = 0;
            // The response reports what was stored until then.
            if (report.StoppedBy is { } reason) ExceptionDispatchInfo.Throw(reason);
        }
    }

    private sealed class Result
    {
        private readonly List<LineError> _errors = [];
        private long _stored, _wereThere, _rejected;

        public void Reject(LineError error)
        {
            _rejected++;
            if (_errors.Count < AppendReport.MaxListed) _errors.Add(error);
        }

        public void Add(AppendReport report, Func<long, long> lineOf)
        {
            _stored += report.Stored;
            _wereThere += report.AlreadyExisted;
            foreach (var rejection in report.Rejections) Reject(new LineError(lineOf(rejection.Index), rejection.Code, rejection.Message));
        }

        public TradeBatchView ToView() => new(_stored, _wereThere, _rejected, [.. _errors.OrderBy(error => error.Line)]);
    }
}
