using Nexus.Chats;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Trades;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// Moves trade_journal into trades: each batch is inserted there and deleted here in one transaction, so an interrupted run neither loses
/// nor duplicates a trade. Rows that cannot be converted stay in trade_journal and are reported, and a later run retries them.
/// </summary>
internal sealed class JournalMove(
    NpgsqlConnection connection, Sealer sealer, string timeZone, AdoptionReport report, IProgress<MigrateProgress>? progress,
        CancellationToken cancellationToken)
{
    public const string Table = "trade_journal";

    private const int BatchSize = 500;

    private const string InsertSql = """
        INSERT INTO trades (chat_id, entry_timestamp, id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, leverage,
            exit_timestamp,
            pnl, pnl_pct, fees, slippage, status, exit_reason, metadata, updated_at, exact_leverage)
        SELECT chat_id, entry, id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, trunc(leverage)::int, exit, pnl,
            pnl_pct, fees, slippage,
            status,
            exit_reason, metadata::jsonb, coalesce(updated_at, now()), CASE WHEN leverage <> trunc(leverage) THEN leverage END
        FROM unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::numeric[], $9::numeric[],
            $10::numeric[], $11::numeric[],
            $12::timestamptz[], $13::numeric[], $14::numeric[], $15::numeric[], $16::numeric[], $17::text[], $18::text[], $19::text[],
                $20::timestamptz[])
            AS v(chat_id, entry, id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, leverage, exit, pnl, pnl_pct, fees,
                slippage, status,
                exit_reason, metadata, updated_at)
        ON CONFLICT (chat_id, entry_timestamp, id) DO NOTHING
        """;

    /// <summary>The ids of trades that exist with the values of the journal, no matter who inserted them.</summary>
    private const string ThereSql = """
        SELECT t.id FROM unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::numeric[], $7::numeric[]) AS v(chat_id, entry,
            id, symbol, side, price, quantity)
        JOIN trades t ON t.chat_id = v.chat_id AND t.entry_timestamp = v.entry AND t.id = v.id
        WHERE t.symbol = v.symbol AND t.side = v.side AND t.entry_price = v.price AND t.quantity = v.quantity
        """;

    private readonly DocumentSealer _documents = new(sealer);
    private long _moved;

    public async Task RunAsync(string schema)
    {
        var shapes = await TableShape.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        if (!shapes.TryGetValue(Table, out var shape)) return;
        if (shape.Find("id") is not { } id)
        {
            report.Reject(new AdoptionReject(Table, "", "id", "the table has no column id; it stays unchanged"));
            return;
        }
        var nameless =
            await connection.ScalarAsync<long>($"SELECT count(*) FROM {Table} WHERE id IS NULL", [], cancellationToken).ConfigureAwait(false);
        if (nameless > 0) report.Reject(new AdoptionReject(Table, "", "id", $"is missing in {nameless} rows; they stay in {Table}"));

        var reader = new JournalReader(shape, id.Type, timeZone);
        var total = await connection.ScalarAsync<long>($"SELECT count(*) FROM {Table}", [], cancellationToken).ConfigureAwait(false);
        var done = 0L;
        for ((string? Id, string? Place) last = default; ;)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = transaction.ConfigureAwait(false);
            await AdoptionPlanner.PrepareAsync(connection, timeZone, cancellationToken).ConfigureAwait(false);
            var rows = await connection.RowsAsync(
                reader.Sql(isLocking: !report.DryRun), [last.Id, last.Place, BatchSize], reader.Read, cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0) break;
            await MoveAsync(Convert(rows)).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            last = (rows[^1].Id, rows[^1].Place);
            done += rows.Count;
            progress?.Report(new MigrateProgress(Table, "trades moved", done, total));
            if (rows.Count < BatchSize) break;
        }
        report.Add(Table, "rows moved into trades", _moved);
    }

    private List<(JournalRow Row, TradeRow Trade)> Convert(List<JournalRow> rows)
    {
        var converted = new List<(JournalRow Row, TradeRow Trade)>(rows.Count);
        foreach (var row in rows)
        {
            if (row.TryConvert(_documents, out var trade) is var (column, reason)) Reject(row, column, reason);
            else converted.Add((row, trade));
        }
        return converted;
    }

    private async Task MoveAsync(List<(JournalRow Row, TradeRow Trade)> rows)
    {
        if (rows.Count == 0) return;
        if (report.DryRun)
        {
            _moved += rows.Count;
            return;
        }

        await connection.ExecuteAsync("SELECT nexus_ensure_trade_partition(entry) FROM unnest($1::timestamptz[]) AS entry",
            [
                rows.Select(row => row.Trade.EntryTimestamp.UtcDateTime).DistinctBy(entry => (entry.Year, entry.Month)).ToArray()
            ], cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(InsertSql, Columns(rows.ConvertAll(row => row.Trade)), cancellationToken).ConfigureAwait(false);
        var trades = rows.ConvertAll(row => row.Trade);
        var there = (await connection.RowsAsync(
            ThereSql,
            [
                All(trades, trade => trade.ChatId), All(trades, trade => trade.EntryTimestamp.UtcDateTime), All(trades, trade => trade.Id),
                All(trades, trade => trade.Symbol),
                All(trades, SideOf), All(trades, trade => trade.EntryPrice), All(trades, trade => trade.Quantity),
            ],
            row => row.GetGuid(0),
            cancellationToken).ConfigureAwait(false)).ToHashSet();
        foreach (var (row, _) in rows.Where(row => !there.Contains(row.Trade.Id))) Reject(row, "id", "another trade has its id and entry time");
        _moved += await connection.ExecuteAsync($"/* nexus */ DELETE FROM {Table} WHERE ctid = ANY ($1::text[]::tid[])",
            [rows.Where(row => there.Contains(row.Trade.Id)).Select(row => row.Row.Place).ToArray()], cancellationToken).ConfigureAwait(false);
    }

    private void Reject(JournalRow row, string column, string reason) =>
        report.Reject(new AdoptionReject(Table, row.Id, column, $"{reason}; the row stays in {Table}"));

    private static object?[] Columns(List<TradeRow> trades) =>
    [
        All(trades, trade => trade.ChatId), All(trades, trade => trade.EntryTimestamp.UtcDateTime), All(trades, trade => trade.Id),
        All(trades, trade => trade.Symbol),
        All(trades, SideOf), All(trades, trade => trade.Strategy), All(trades, trade => trade.Exchange), All(trades, trade => trade.EntryPrice),
        All(trades, trade => trade.ExitPrice), All(trades, trade => trade.Quantity), All(trades, trade => trade.Leverage),
        All(trades, trade => trade.ExitTimestamp?.UtcDateTime),
        All(trades, trade => trade.Pnl), All(trades, trade => trade.PnlPct), All(trades, trade => trade.Fees), All(trades, trade => trade.Slippage),
        All(trades, trade => trade.Status switch { TradeStatus.Open => "OPEN", TradeStatus.Closed => "CLOSED", _ => "CANCELLED" }),
        All(trades, trade => trade.ExitReason), All(trades, trade => System.Text.Encoding.UTF8.GetString(trade.Metadata.Span)),
        All(trades, trade => trade.UpdatedAt == default ? null : (DateTime?)trade.UpdatedAt.UtcDateTime),
    ];

    private static string SideOf(TradeRow trade) => trade.Side == TradeSide.Long ? "LONG" : "SHORT";

    private static T[] All<T>(List<TradeRow> trades, Func<TradeRow, T> value) => [.. trades.Select(value)];
}
