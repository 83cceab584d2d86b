using System.Threading.Channels;
using Nexus.Chats;
using Nexus.Trades;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Bench.Raw;

/// <summary>
/// The lower bound for appending trades: two workers, at most 500 trades per commit in one unnest insert. No check of the subscription, no ledger, no
/// notification. Inserts into a separate table with only a primary key (no partitions, no index by id or by time), or into
/// the engine's table.
/// </summary>
internal sealed class RawTrades : IAsyncDisposable
{
    private const string Columns = "chat_id, entry_timestamp, id, symbol, side, strategy, exchange, entry_price, quantity, leverage";
    private const string Many = $"({Columns}) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    private const string IntoOwn = $"INSERT INTO raw_trades {Many}";
    private const string IntoTrades = $"INSERT INTO trades {Many}";
    private const string InsertOne = $"INSERT INTO raw_trades ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";

    private readonly NpgsqlDataSource _dataSource;
    private readonly string _insert;
    private readonly Channel<(Trade Trade, TaskCompletionSource Done)>[] _queues =
        [
            .. Enumerable.Range(0, 2)
            .Select(_ => Channel.CreateUnbounded<(Trade, TaskCompletionSource)>(new UnboundedChannelOptions { SingleReader = true }))
        ];
    private readonly Task[] _workers;

    /// <param name="dataSource">The server.</param>
    /// <param name="intoTrades">Whether to insert into the engine's table, which must exist.</param>
    public RawTrades(NpgsqlDataSource dataSource, bool intoTrades = false)
    {
        (_dataSource, _insert) = (dataSource, intoTrades ? IntoTrades : IntoOwn);
        _workers = [.. _queues.Select(queue => Task.Run(() => WorkAsync(queue.Reader)))];
    }

    public async Task CreateTableAsync()
    {
        await using var command = _dataSource.CreateCommand("""
            DROP TABLE IF EXISTS raw_trades;
            CREATE TABLE raw_trades (chat_id varchar(50) COLLATE "C" NOT NULL, entry_timestamp timestamptz NOT NULL, id uuid NOT NULL,
                symbol varchar(20) NOT NULL,
                side varchar(5) NOT NULL, strategy varchar(100), exchange varchar(50), entry_price numeric(20,8) NOT NULL,
                    quantity numeric(20,8) NOT NULL,
                leverage numeric NOT NULL, status varchar(10) NOT NULL DEFAULT 'OPEN', PRIMARY KEY (chat_id, entry_timestamp, id))
            """);
        await command.ExecuteNonQueryAsync();
    }

    public Task AppendAsync(int caller, Trade trade)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queues[caller % _queues.Length].Writer.TryWrite((trade, done));
        return done.Task;
    }

    public async Task InsertAsync(Trade trade)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(InsertOne, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = trade.ChatId.Value },
                new NpgsqlParameter<DateTime> { TypedValue = trade.EntryTimestamp.UtcDateTime },
                new NpgsqlParameter<Guid> { TypedValue = trade.Id },
                new NpgsqlParameter<string> { TypedValue = trade.Symbol },
                new NpgsqlParameter<string> { TypedValue = "LONG" },
                new NpgsqlParameter<string?> { TypedValue = trade.Strategy },
                new NpgsqlParameter<string?> { TypedValue = trade.Exchange },
                new NpgsqlParameter<decimal> { TypedValue = trade.EntryPrice },
                new NpgsqlParameter<decimal> { TypedValue = trade.Quantity },
                new NpgsqlParameter<decimal> { TypedValue = trade.Leverage },
            },
        };
        await command.ExecuteNonQueryAsync();
    }

    private async Task WorkAsync(ChannelReader<(Trade Trade, TaskCompletionSource Done)> reader)
    {
        var batch = new List<(Trade Trade, TaskCompletionSource Done)>(500);
        await using var connection = await _dataSource.OpenConnectionAsync();
        while (await reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < 500 && reader.TryRead(out var item)) batch.Add(item);
            var trades = batch.ConvertAll(item => item.Trade);
            await using var command = new NpgsqlCommand(_insert, connection)
            {
                Parameters =
                {
                    Array(NpgsqlDbType.Text, trades, trade => trade.ChatId.Value),
                    Array(NpgsqlDbType.TimestampTz, trades, trade => trade.EntryTimestamp.UtcDateTime),
                    Array(NpgsqlDbType.Uuid, trades, trade => trade.Id),
                    Array(NpgsqlDbType.Text, trades, trade => trade.Symbol),
                    Array(NpgsqlDbType.Text, trades, _ => "LONG"),
                    Array(NpgsqlDbType.Text, trades, trade => trade.Strategy),
                    Array(NpgsqlDbType.Text, trades, trade => trade.Exchange),
                    Array(NpgsqlDbType.Numeric, trades, trade => trade.EntryPrice),
                    Array(NpgsqlDbType.Numeric, trades, trade => trade.Quantity),
                    Array(NpgsqlDbType.Integer, trades, trade => trade.Leverage),
                },
            };
            await command.ExecuteNonQueryAsync();
            foreach (var item in batch) item.Done.SetResult();
        }
    }

    private static NpgsqlParameter Array<T>(NpgsqlDbType type, List<Trade> trades, Func<Trade, T> value) =>
        new NpgsqlParameter<T[]> { TypedValue = [.. trades.Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type };

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues) queue.Writer.Complete();
        await Task.WhenAll(_workers);
    }
}
