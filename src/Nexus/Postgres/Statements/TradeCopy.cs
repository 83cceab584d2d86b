using Nexus.Chats;
using Nexus.Engine;
using Nexus.Trades;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>
/// Appends many new trades by binary COPY, which costs the server less than the insert (docs/decisions/0009-copy-and-warm-connections.md) and knows
/// no ON CONFLICT: what it cannot take as a whole, such as a batch with a trade that is there already, it leaves to the statements, which distinguish
/// the trades.
/// </summary>
internal sealed class TradeCopy(SchemaNames names)
{
    /// <summary>Fewer are not worth its two further round trips.</summary>
    private const int FewestRows = 100;

    /// <summary>
    /// The number of batches that use statements after COPY was refused. A file that is appended again has existing trades in every batch, and rows
    /// from a failed COPY remain for vacuum.
    /// </summary>
    private const int PauseAfterRefusal = 50;

    /// <summary>As many bytes go to the server at once, which reads them while the next are gathered.</summary>
    private const int Chunk = 128 * 1024;

    /// <summary>So many values has a row: <see cref="PostgresTrades.Columns"/>.</summary>
    private const short Columns = 22;

    private const string Copy = $"COPY trades ({PostgresTrades.Columns}) FROM STDIN (FORMAT BINARY)";

    // An error, not a row to be judged here: so the COMMIT behind it need not wait for this answer.
    private const string Refuse = """
        SELECT now(), (SELECT nexus_accept(u.chat_id::text, false, 'chatId', 'the subscription has ended')
            FROM users u WHERE u.chat_id = ANY ($1) AND u.role = 'user' AND u.expires_at <= now() LIMIT 1)
        """;

    private int _pause;

    /// <summary>Whether the batch is large enough for COPY and holds new trades alone.</summary>
    public static bool Takes(PostgresBatch batch) => batch.Count >= FewestRows && batch.All(StatementKind.Opens);

    /// <summary>Runs in its own transaction, which is committed when this returns outcomes.</summary>
    /// <returns>Null if nothing was written and the statements must apply the batch.</returns>
    public async Task<WriteOutcome?[]?> TryAsync(PooledConnection pooled, PostgresBatch batch, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _pause) > 0)
        {
            Interlocked.Decrement(ref _pause);
            return null;
        }
        try
        {
            // Costs no round trip: the driver sends BEGIN together with the COPY. What is not committed is rolled back at the end.
            var transaction = await pooled.BeginAsync(cancellationToken).ConfigureAwait(false);
            var connection = pooled.Connection;
            await using var end = transaction.ConfigureAwait(false);
            var opens = Array.ConvertAll(batch.InOrder(), write => (OpenTrade)write);
            await CopyAsync(connection, opens).ConfigureAwait(false);
            var outcome = WriteOutcome.Applied(version: 1, await CommitAsync(connection, batch, opens).ConfigureAwait(false));
            var outcomes = new WriteOutcome?[batch.Count];
            Array.Fill(outcomes, outcome);
            return outcomes;
        }
        catch (PostgresException error) when (Refusals.IsDefinite(error) && !ServerErrors.IsOfOtherShard(error))
        {
            Volatile.Write(ref _pause, PauseAfterRefusal);
            return null;
        }
    }

    private async Task CopyAsync(NpgsqlConnection connection, OpenTrade[] opens)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(names.Qualify(Copy), CancellationToken.None).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(connection.CommandTimeout > 0 ? TimeSpan.FromSeconds(connection.CommandTimeout)
            : Timeout.InfiniteTimeSpan);
        try
        {
            await WriteAsync(stream, opens, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is OperationCanceledException)
        {
            await AbandonAsync(stream).ConfigureAwait(false);
            // The driver bounds what it reads and what it sends through its own buffer, but not large pieces that pass it by.
            if (limit.IsCancellationRequested)
                throw new NpgsqlException("Timeout while sending rows", new TimeoutException("the rows were not accepted in time", error));
            throw;
        }
        // Ends the copy and waits for the response.
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task WriteAsync(NpgsqlRawCopyStream stream, OpenTrade[] opens, CancellationToken cancellationToken)
    {
        using var rows = new CopyRows();
        rows.Begin();
        foreach (var open in opens)
        {
            AddRow(rows, open);
            if (rows.Written.Length < Chunk) continue;
            await stream.WriteAsync(rows.Written, cancellationToken).ConfigureAwait(false);
            rows.Clear();
        }
        rows.End();
        await stream.WriteAsync(rows.Written, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends a copy whose connection broke. What went wrong is known already, and no COMMIT will follow.</summary>
    private static async Task AbandonAsync(NpgsqlRawCopyStream stream)
    {
        try
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is ObjectDisposedException)
        {
            // Of the same break.
        }
    }

    private static void AddRow(CopyRows rows, OpenTrade open)
    {
        var trade = open.Trade;
        rows.StartRow(Columns);
        rows.Add(trade.ChatId);
        rows.Add(trade.EntryTimestamp);
        rows.Add(trade.Id);
        rows.Add(trade.Symbol);
        rows.Add(TradeNames.ToText(trade.Side));
        rows.Add(trade.Strategy);
        rows.Add(trade.Exchange);
        rows.Add(trade.EntryPrice);
        rows.Add(trade.ExitPrice);
        rows.Add(trade.Quantity);
        rows.Add((int)trade.Leverage);
        rows.Add(trade.ExitTimestamp);
        rows.Add(trade.Pnl);
        rows.Add(trade.PnlPct);
        rows.Add(trade.Fees);
        rows.Add(trade.Slippage);
        rows.Add(TradeNames.ToText(trade.Status));
        rows.Add(trade.ExitReason);
        rows.AddJson(trade.Metadata.Span);
        rows.Add(open.WriteId);
        rows.Add(PostgresTrades.ExactLeverage(trade));
        if (PostgresTrades.Fills(trade) is { } fills) rows.AddJson(fills.Span);
        else rows.AddNull();
    }

    /// <returns>When, by the server's clock.</returns>
    private async Task<DateTimeOffset> CommitAsync(NpgsqlConnection connection, PostgresBatch batch, OpenTrade[] opens)
    {
        var asked = opens.Where(open => !open.WasAccepted && open.Trade.Status == TradeStatus.Open);
        using var rest = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(names.Qualify(Refuse))
                {
                    Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. asked.Select(open => open.Trade.ChatId)],
                        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text } },
                },
            },
        };
        foreach (var note in batch.Notes()) rest.BatchCommands.Add(note);
        // Here it saves a round trip; the driver learns of it by the server's answer.
        rest.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        var reader = await rest.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var at = reader.GetInstant(0);
        while (await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false)) continue;
        return at;
    }
}
