using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Operations.ImportExport;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>Databases of other bots.</summary>
public sealed class SourceImportTests : IAsyncDisposable
{
    private const string Rows = """
        INSERT INTO trades (id, exchange, pair, stake_currency, is_open, fee_open, fee_open_cost, fee_open_currency, fee_close, fee_close_cost,
            fee_close_currency, open_rate, close_rate, close_profit, close_profit_abs, stake_amount, amount, open_date, close_date,
            is_stop_loss_trailing, exit_reason, strategy, enter_tag, leverage, is_short, interest_rate) VALUES
            (1, 'binance', 'BTC/USDT', 'USDT', 0, 0.001, 0.1, 'USDT', 0.001, 0.2, 'USDT', 0.1, 0.3, 0.0125, 19.7, 10, 100.5,
                '2026-01-02 03:04:05.678901', '2026-01-03 03:04:05', 0, 'roi', 'Sample', 'tag one', 1.0, 0, 0),
            (2, 'bybit', 'ETH/USDT:USDT', NULL, 0, 0.001, 0.5, 'BNB', 0.001, NULL, NULL, 2000.5, 1900.25, 0.123456789, 5.5, 10, 2,
                '2026-01-04 00:00:00', '2026-01-05 00:00:00', 0, 'stop_loss', 'Sample', NULL, 3.0, 1, 0),
            (3, 'binance', 'ADA/USDT', 'USDT', 1, 0.001, NULL, NULL, NULL, NULL, NULL, 0.4, NULL, NULL, NULL, 10, 25,
                '2026-01-06 00:00:00', NULL, 0, NULL, 'Sample', NULL, NULL, 0, 0),
            (4, 'binance', 'TINY/USDT', 'USDT', 1, 0.001, NULL, NULL, NULL, NULL, NULL, 1e-20, NULL, NULL, NULL, 10, 25,
                '2026-01-07 00:00:00', NULL, 0, NULL, 'Sample', NULL, 1.0, 0, 0),
            (5, 'binance', 'LOW/USDT', 'USDT', 1, 0.001, NULL, NULL, NULL, NULL, NULL, 1.5, NULL, NULL, NULL, 10, 25,
                '2026-01-08 00:00:00', NULL, 0, NULL, 'Sample', NULL, 0.5, 0, 0),
            (6, 'binance', 'WHEN/USDT', 'USDT', 1, 0.001, NULL, NULL, NULL, NULL, NULL, 1.5, NULL, NULL, NULL, 10, 25,
                'yesterday', NULL, 0, NULL, 'Sample', NULL, 1.0, 0, 0);
        INSERT INTO orders (id, ft_trade_id, ft_order_side, ft_pair, ft_is_open, ft_amount, ft_price, order_id, status, average, filled,
            order_filled_date) VALUES
            (1, 1, 'buy', 'BTC/USDT', 0, 100.5, 0.1, 'b-1', 'closed', 0.1, 100.5, '2026-01-02 03:04:06'),
            (2, 1, 'sell', 'BTC/USDT', 0, 100.5, 0.3, 's-1', 'closed', 0.3, 100.5, '2026-01-03 03:04:05'),
            (3, 5, 'buy', 'LOW/USDT', 0, 25, 1.5, 'b-5', 'closed', 1.5, 25, NULL),
            (4, 99, 'buy', 'GONE/USDT', 0, 1, 1, 'b-99', 'closed', 1, 1, NULL),
            (5, 1, 'sell', 'BTC/USDT', 0, 100.5, 0.5, 's-0', 'canceled', NULL, 0, NULL);
        INSERT INTO trade_custom_data VALUES (1, 1, 'note', 'str', 'kept', '2026-01-02 03:04:05', NULL);
        INSERT INTO pairlocks VALUES (1, 'BTC/USDT', '*', 'stoploss guard', '2026-01-01 00:00:00', '2099-01-01 00:00:00', 1),
            (2, 'ETH/USDT', '*', NULL, '2026-01-01 00:00:00', '2026-01-01 01:00:00', 0);
        INSERT INTO "KeyValueStore" VALUES (1, 'bot_start_time', 'datetime', NULL, '2026-01-01 00:00:00', NULL, NULL);
        CREATE TABLE trades_bak0 AS SELECT * FROM trades;
        CREATE TABLE strange (a, b);
        INSERT INTO strange VALUES (1, 2), (3, 4), (5, 6);
        """;

    private readonly TempFolder _folder = new("source");
    private readonly SqliteHome _home = new();

    [Fact]
    public async Task A_dry_run_before_the_first_start_reports_what_the_first_import_does_and_makes_nothing()
    {
        var file = await SourceFiles.CreateAsync(_folder["first.sqlite"], SourceFiles.Freqtrade, Rows);
        var options = _home.CreateOptions();
        options.DataFolder = _folder["new"];
        var before = Directory.GetDirectories(Path.GetTempPath(), "nexus-import-*");
        var dry = await SourceImport.RunAsync(
            options, "freqtrade", file, 1001, new ImportOptions { DryRun = true }, NullLoggerFactory.Instance, TimeProvider.System, progress: null,
            TestContext.Current.CancellationToken);
        Assert.False(Directory.Exists(_folder["new"]));
        Assert.Equal(before, Directory.GetDirectories(Path.GetTempPath(), "nexus-import-*"));
        var report = await ImportAsync("freqtrade", file);
        Assert.Equal(
            report.Source!.Tables.Select(table => (table.Name, table.Imported, table.Unchanged, table.KeptAsMetadata, table.Skipped)),
            dry.Source!.Tables.Select(table => (table.Name, table.Imported, table.Unchanged, table.KeptAsMetadata, table.Skipped)));
    }

    [Fact]
    public async Task A_database_of_freqtrade_is_imported_once_and_every_row_is_counted()
    {
        var file = await SourceFiles.CreateAsync(_folder["tradesv3.sqlite"], SourceFiles.Freqtrade, Rows);
        await (await OpenAsync()).DisposeAsync();
        var dry = await ImportAsync("freqtrade", file, dryRun: true);
        Assert.Equal((3, 3), (Counts(dry, "trades").Imported, Counts(dry, "trades").Skipped));
        await using (var empty = await OpenAsync()) Assert.Empty(await empty.Trades.ListAsync().ToListAsync());

        var report = await ImportAsync("freqtrade", file);
        Assert.Equal(
            ["KeyValueStore 1 1 0 0", "orders 5 2 1 2", "pairlocks 2 2 0 0", "strange 3 0 0 3", "trade_custom_data 1 0 1 0", "trades 6 3 0 3",
                "trades_bak0 6 0 0 6"],
            report.Source!.Tables.Select(table => $"{table.Name} {table.Rows} {table.Imported} {table.KeptAsMetadata} {table.Skipped}")
                .Order(StringComparer.Ordinal));
        Assert.All(report.Source.Tables, table => Assert.Equal(table.Rows, table.Imported + table.KeptAsMetadata + table.Skipped));
        Assert.All(report.Source.Tables, table => Assert.Equal(table.Skipped, table.Reasons.Values.Sum()));
        Assert.False(report.Ok);
        Assert.Equal(["entryPrice", "leverage", "open_date"], report.Refusals.Select(refusal => refusal.Reason.Split(' ', ':')[0]).Order());
        // By the ids of the source, also where the limits of Nexus refuse a row.
        Assert.Equal(
            ["trade 4 of freqtrade", "trade 5 of freqtrade", "trade 6 of freqtrade"], report.Refusals.Select(refusal => refusal.Record).Order());
        Assert.Contains(report.Source.Notes, note => note.Key.Contains("floating point", StringComparison.Ordinal));
        Assert.Contains(report.Source.Notes, note => note.Key.Contains("another currency", StringComparison.Ordinal) && note.Value == 1);
        Assert.Contains(report.Source.Notes, note => note.Key.Contains("close_profit", StringComparison.Ordinal) && note.Value == 1);

        await using (var db = await OpenAsync())
        {
            var trades = await db.Trades.ListAsync().ToListAsync();
            var first = trades.Single(trade => trade.Symbol == "BTC/USDT");
            Assert.Equal(
                (0.1m, (decimal?)0.3m, 100.5m, (decimal?)19.7m, (decimal?)1.25m, 0.3m, TradeStatus.Closed, "roi", "Sample", "binance"),
                (first.EntryPrice, first.ExitPrice, first.Quantity, first.Pnl, first.PnlPct, first.Fees, first.Status, first.ExitReason,
                    first.Strategy, first.Exchange));
            Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(6_789_010), first.EntryTimestamp);
            Assert.Equal(5, first.Id.Version);
            var kept = first.Metadata.Root.GetProperty("freqtrade");
            Assert.Equal(
                [("b-1", FillSide.Entry, 0.1m, 100.5m), ("s-1", FillSide.Exit, 0.3m, 100.5m)],
                first.Fills.Select(fill => (fill.OrderId, fill.Side, fill.Price, fill.Quantity)));
            Assert.Equal(("tag one", 3, "kept"),
                (kept.GetProperty("enter_tag").GetString(), kept.GetProperty("orders").GetArrayLength(),
                    kept.GetProperty("custom_data")[0].GetProperty("cd_value").GetString()));
            var other = trades.Single(trade => trade.Symbol == "ETH/USDT:USDT");
            Assert.Equal((TradeSide.Short, null, 0m, 3m), (other.Side, other.PnlPct, other.Fees, (decimal)other.Leverage));
            Assert.Equal(0.123456789m, other.Metadata.Root.GetProperty("freqtrade").GetProperty("close_profit").GetDecimal());
            Assert.Equal(TradeStatus.Open, trades.Single(trade => trade.Symbol == "ADA/USDT").Status);
            Assert.NotNull(await db.State.GetAsync("import.freqtrade", "1001/pairlocks/1"));
        }

        var again = await ImportAsync("freqtrade", file);
        Assert.Equal((3, 3), (Counts(again, "trades").Imported, Counts(again, "trades").Unchanged));
        await using (var db = await OpenAsync()) Assert.Equal(3, (await db.Trades.ListAsync().ToListAsync()).Count);
    }

    [Fact]
    public async Task A_file_that_the_bot_has_open_is_read_as_it_was_committed()
    {
        var file = _folder["open.sqlite"];
        await using var writer = await SourceFiles.OpenAsync(file);
        await SourceFiles.ExecuteAsync(writer, $"PRAGMA journal_mode = WAL; {SourceFiles.Freqtrade} {Rows}");
        await SourceFiles.ExecuteAsync(writer, "BEGIN; DELETE FROM trades WHERE id = 1");
        Assert.Equal(3, Counts(await ImportAsync("freqtrade", file), "trades").Imported);
        await SourceFiles.ExecuteAsync(writer, "ROLLBACK");
    }

    [Fact]
    public async Task A_trade_that_was_closed_since_is_closed_by_the_next_import()
    {
        var file = await SourceFiles.CreateAsync(_folder["a.sqlite"], SourceFiles.Freqtrade, Rows);
        await ImportAsync("freqtrade", file);
        await SourceFiles.CreateAsync(file,
            "UPDATE trades SET is_open = 0, close_rate = 0.5, close_date = '2026-02-01 00:00:00', close_profit_abs = 2.5 WHERE id = 3");
        await ImportAsync("freqtrade", file);
        await using var db = await OpenAsync();
        var closed = (await db.Trades.ListAsync().ToListAsync()).Single(trade => trade.Symbol == "ADA/USDT");
        Assert.Equal((TradeStatus.Closed, (decimal?)0.5m, (decimal?)2.5m), (closed.Status, closed.ExitPrice, closed.Pnl));
    }

    [Theory]
    [InlineData("average = 0.2 WHERE id = 1", "the average of the entries is not the entry price")]
    [InlineData("filled = 100 WHERE id = 2", "the exits do not add up to the quantity")]
    [InlineData("ft_fee_base = 0.1 WHERE id = 1", "ft_fee_base")]
    [InlineData("order_filled_date = NULL WHERE id = 2", "order_filled_date")]
    [InlineData("order_id = 'b-' || char(10) WHERE id = 1", "not readable")]
    [InlineData("ft_order_side = 'hold' WHERE id = 2", "ft_order_side")]
    public async Task Orders_that_do_not_explain_their_trade_stay_in_the_metadata(string change, string reason)
    {
        var file = await SourceFiles.CreateAsync(_folder["o.sqlite"], SourceFiles.Freqtrade, Rows, $"UPDATE orders SET {change}");

        var report = await ImportAsync("freqtrade", file);

        Assert.Equal((0, 3), (Counts(report, "orders").Imported, Counts(report, "orders").KeptAsMetadata));
        Assert.Contains(report.Source!.Notes, note => note.Key.Contains(reason, StringComparison.Ordinal));
        await using var db = await OpenAsync();
        var trade = (await db.Trades.ListAsync().ToListAsync()).Single(one => one.Symbol == "BTC/USDT");
        Assert.Empty(trade.Fills);
        Assert.Equal((100.5m, (decimal?)19.7m), (trade.Quantity, trade.Pnl));
    }

    [Fact]
    public async Task Several_orders_of_a_trade_are_its_fills_and_its_figures_stay_those_of_the_source()
    {
        var file = await SourceFiles.CreateAsync(_folder["several.sqlite"], SourceFiles.Freqtrade, Rows, """
            UPDATE orders SET filled = 40, average = 0.07 WHERE id = 1;
            INSERT INTO orders (id, ft_trade_id, ft_order_side, ft_pair, ft_is_open, ft_amount, ft_price, order_id, status, average, filled,
                order_filled_date) VALUES (6, 1, 'buy', 'BTC/USDT', 0, 60.5, 0.12, 'b-2', 'closed', 0.12, 60.5, '2026-01-02 04:00:00');
            UPDATE trades SET open_rate = (40 * 0.07 + 60.5 * 0.12) / 100.5 WHERE id = 1;
            """);
        for (var time = 0; time < 2; time++) await ImportAsync("freqtrade", file);

        await using var db = await OpenAsync();
        var trade = (await db.Trades.ListAsync().ToListAsync()).Single(one => one.Symbol == "BTC/USDT");
        Assert.Equal(["b-1", "b-2", "s-1"], trade.Fills.Select(fill => fill.OrderId));
        Assert.Equal((19.7m, 0.3m), (trade.Pnl!.Value, trade.Fees));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_and_nothing_is_written()
    {
        var whole = await File.ReadAllBytesAsync(await SourceFiles.CreateAsync(_folder["whole.sqlite"], SourceFiles.Freqtrade, Rows));
        var newer = whole.ToArray();
        newer[19] = 9;
        await RefusedAsync("empty", [], "empty");
        await RefusedAsync("text", "not a database, but long enough to have a header of its own"u8.ToArray(), "encrypted");
        await RefusedAsync("cut", whole[..(whole.Length / 2)], "cut");
        await RefusedAsync("header", whole[..50], "header");
        await RefusedAsync("newer", newer, "version 9");
        var schema = whole.ToArray();
        schema[47] = 5;
        await RefusedAsync("schema", schema, "version 5 of the schema format");
        var damaged = whole.ToArray();
        damaged.AsSpan(4096, 4096).Fill(0xA5);
        await RefusedAsync("damaged", damaged, "not a whole SQLite database");
        await using var db = await OpenAsync();
        Assert.Empty(await db.Trades.ListAsync().ToListAsync());
    }

    [Theory]
    [InlineData("freqtrade", SourceFiles.Hummingbot, "not a database of freqtrade")]
    [InlineData("hummingbot", SourceFiles.Freqtrade, "not a database of hummingbot")]
    [InlineData("freqtrade", "CREATE VIEW trades AS SELECT 1 AS id, 'x' AS pair", "not a database of freqtrade")]
    [InlineData("hummingbot", SourceFiles.Hummingbot + "UPDATE \"Metadata\" SET value = '20991231'", "versions up to 20230516")]
    public async Task Another_database_is_refused(string program, string script, string reason)
    {
        var file = await SourceFiles.CreateAsync(_folder["other.sqlite"], script);
        var error = await Assert.ThrowsAsync<NexusValidationException>(() => ImportAsync(program, file));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fills_of_hummingbot_are_matched_first_in_first_out_without_rounding()
    {
        static string Fill(
            string id, string type, long at, long price, long amount, string fee = "0", string position = "NIL", string symbol = "BTC-USDT") =>
            $$"""INSERT INTO "TradeFill" VALUES ('c.yml', 'pmm', 'binance', '{{symbol}}', 'BTC', 'USDT', {{at}}, 'o-{{id}}', '{{type}}', 'LIMIT', """
                + $$"""{{price}}, {{amount}}, 1, '{"a":1}', {{fee}}, 't-{{id}}', '{{position}}');""";
        var file = await SourceFiles.CreateAsync(_folder["h.sqlite"], SourceFiles.Hummingbot,
            Fill("0", "SELL", 1_767_225_599_000, 1_000_000, 1_000_000), Fill("1", "BUY", 1_767_225_600_000, 2_000_000, 3_000_000, "300000"),
            Fill("2", "BUY", 1_767_225_601_000, 3_000_000, 1_000_000), Fill("3", "SELL", 1_767_225_602_000, 4_000_000, 3_500_000, "500000"),
            Fill("4", "BUY", 1_767_225_603_000, 0, 1_000_000), Fill("5", "BUY", 1_767_225_604_000, 5_000_000, 1_000_000),
            Fill("6", "SELL", 1_767_225_605_000, 7_000_000, 1_000_000, position: "OPEN", symbol: "ETH-USDT"),
            Fill("7", "BUY", 1_767_225_606_000, 5_000_000, 1_000_000, position: "CLOSE", symbol: "ETH-USDT"),
            """
            INSERT INTO "Order" VALUES
                ('o-1', 'c.yml', 'pmm', 'binance', 'BTC-USDT', 'BTC', 'USDT', 1, 'LIMIT', 3000000, 1, 2000000, 'filled', 2, 'x', 'NIL'),
                ('o-9', 'c.yml', 'pmm', 'binance', 'BTC-USDT', 'BTC', 'USDT', 1, 'LIMIT', 3000000, 1, 2000000, 'cancelled', 2, 'x', 'NIL');
            INSERT INTO "OrderStatus" VALUES (1, 'o-1', 1, 'created'), (2, 'o-1', 2, 'filled');
            INSERT INTO "MarketState" VALUES (1, 'c.yml', 'binance', 1, '{}');
            """);
        for (var time = 0; time < 2; time++)
        {
            var report = await ImportAsync("hummingbot", file);
            Assert.Equal(
                ["Executors 0 0 0 0", "MarketState 1 0 0 1", "Metadata 1 0 1 0", "Order 2 0 1 1", "OrderStatus 2 0 0 2", "TradeFill 8 5 0 3"],
                report.Source!.Tables.Select(table => $"{table.Name} {table.Rows} {table.Imported} {table.KeptAsMetadata} {table.Skipped}")
                    .Order(StringComparer.Ordinal));
            Assert.Contains(report.Refusals, refusal => refusal.Reason.StartsWith("price", StringComparison.Ordinal));
        }
        await using var db = await OpenAsync();
        var trades = (await db.Trades.ListAsync().ToListAsync()).Where(trade => trade.Symbol == "BTC-USDT")
            .OrderBy(trade => trade.EntryTimestamp).ToList();
        Assert.Equal(
            [(2m, 4m, 3m, 5.2m, 0.8m), (3m, 4m, 0.5m, 0.5m, 0m)],
            trades.Select(trade => (trade.EntryPrice, trade.ExitPrice!.Value, trade.Quantity, trade.Pnl!.Value, trade.Fees)));
        Assert.Equal(
            [(FillSide.Entry, 2m, 3m), (FillSide.Exit, 4m, 3m)], trades[0].Fills.Select(fill => (fill.Side, fill.Price, fill.Quantity)));
        Assert.All(trades, trade => Assert.Equal(trade.Fees, trade.Fills.Sum(fill => fill.Fee)));
        Assert.Equal("filled", trades[0].Metadata.Root.GetProperty("hummingbot").GetProperty("entry").GetProperty("order")
            .GetProperty("last_status").GetString());
        var sold = (await db.Trades.ListAsync().ToListAsync()).Single(trade => trade.Symbol == "ETH-USDT");
        Assert.Equal((TradeSide.Short, (decimal?)2m), (sold.Side, sold.Pnl));
    }

    [Fact]
    public async Task Executors_of_hummingbot_are_trades()
    {
        const string Config = """{"trading_pair":"BTC-USDT","connector_name":"binance_perpetual","side":2,"amount":"0.015","leverage":20}""";
        const string Info = """{"current_position_average_price":"65000.25","close_price":64000.5,"side":2,"order_ids":["o-1"]}""";
        static string Executor(string id, string type, string close, string status, string config, string filled = "1950.1") =>
            $"INSERT INTO \"Executors\" VALUES ('{id}', 1767225600.25, '{type}', {close}, 1767229200, {status}, '{config}', 0.015, 14.99625, 0.5, "
                + $"{filled}, 0, 0, '{Info}', 'main');";
        var file = await SourceFiles.CreateAsync(_folder["e.sqlite"], SourceFiles.Hummingbot,
            Executor("e1", "position_executor", "3", "4", Config), Executor("e2", "grid_executor", "3", "4", Config),
            Executor("e3", "position_executor", "5", "4", Config, filled: "0"), Executor("e4", "position_executor", "3", "4", "[]"));
        var report = await ImportAsync("hummingbot", file);
        var table = Counts(report, "Executors");
        Assert.Equal((4, 1, 3), (table.Rows, table.Imported, table.Skipped));
        await using var db = await OpenAsync();
        var trade = Assert.Single(await db.Trades.ListAsync().ToListAsync());
        Assert.Equal(
            (65000.25m, (decimal?)64000.5m, 0.015m, 20m, TradeSide.Short, "TAKE_PROFIT", (decimal?)1.5m, "main", "binance_perpetual"),
            (trade.EntryPrice, trade.ExitPrice, trade.Quantity, (decimal)trade.Leverage, trade.Side, trade.ExitReason, trade.PnlPct, trade.Strategy,
                trade.Exchange));
        var info = trade.Metadata.Root.GetProperty("hummingbot").GetProperty("custom_info");
        Assert.Equal(JsonValueKind.Array, info.GetProperty("order_ids").ValueKind);
    }

    [Theory]
    [InlineData("UPDATE trades SET fee_open_cost = 7e28, fee_close_cost = 7e28 WHERE id = 1", "trades 6 2 4")]
    [InlineData("UPDATE orders SET ft_trade_id = 'none' WHERE id = 4", "orders 5 2 2")]
    [InlineData("UPDATE orders SET ft_trade_id = x'00' WHERE id = 4", "orders 5 2 2")]
    [InlineData("UPDATE trades SET exchange = printf('%.*c', 300, 'x') WHERE id = 1", "orders 5 0 5")]
    [InlineData("UPDATE trades SET exchange = printf('%.*c', 300, 'x') WHERE id = 1", "trade_custom_data 1 0 1")]
    [InlineData("UPDATE pairlocks SET id = 3, reason = x'c328' WHERE id = 2", "pairlocks 2 2 0")]
    [InlineData("UPDATE \"KeyValueStore\" SET key = x'41'", "KeyValueStore 1 0 1")]
    public async Task A_row_of_freqtrade_that_is_odd_is_its_own_fault(string change, string counts)
    {
        var file = await SourceFiles.CreateAsync(_folder["odd.sqlite"], SourceFiles.Freqtrade, Rows, change);
        var table = Counts(await ImportAsync("freqtrade", file), counts.Split(' ')[0]);
        Assert.Equal(counts, $"{table.Name} {table.Rows} {table.Imported} {table.Skipped}");
    }

    [Fact]
    public async Task A_row_of_hummingbot_that_is_odd_is_its_own_fault()
    {
        static string Fill(string id, string type, long at, string price, string amount, string fee = "0") =>
            $$"""INSERT INTO "TradeFill" VALUES ('c.yml', 'pmm', 'binance', 'BTC-USDT', 'BTC', 'USDT', {{at}}, 'o-{{id}}', '{{type}}', 'LIMIT', """
                + $$"""{{price}}, {{amount}}, 1, '{}', {{fee}}, 't-{{id}}', 'NIL');""";
        var file = await SourceFiles.CreateAsync(
            _folder["h.sqlite"], SourceFiles.Hummingbot,
            // Taken for an entry, it would leave the other lots longer than they are.
            Fill("0", "BUY", 1_767_225_600_000, "1000000", "-5000000"), Fill("1", "BUY", 1_767_225_601_000, "-1000000", "5000000"),
            Fill("2", "BUY", 1_767_225_602_000, "2000000", "3000000", "NULL"), Fill("3", "SELL", 1_767_225_603_000, "4000000", "3000000"),
            Fill("4", "BUY", 1_767_225_604_000, "7e27", "1000000", "7e28"), Fill("5", "SELL", 1_767_225_605_000, "7e28", "1000000", "7e28"),
            Fill("6", "BUY", 1_767_225_606_000, "1000000", "7e25"), Fill("7", "SELL", 1_767_225_607_000, "7e28", "7e25"),
            """UPDATE "TradeFill" SET exchange_trade_id = x'00' WHERE order_id = 'o-0'""");

        var report = await ImportAsync("hummingbot", file);
        var table = Counts(report, "TradeFill");

        Assert.Equal(1, Assert.Single(report.Source!.Notes, note => note.Key.Contains("its fee counts as 0", StringComparison.Ordinal)).Value);
        Assert.Equal((8L, 8L), (table.Rows, table.Imported + table.Skipped + table.KeptAsMetadata));
        await using var db = await OpenAsync();
        var first = (await db.Trades.ListAsync().ToListAsync()).MinBy(trade => trade.EntryTimestamp)!;
        Assert.Equal((2m, 4m, 3m), (first.EntryPrice, first.ExitPrice!.Value, first.Quantity));
    }

    [Theory]
    [InlineData("printf('%.*c', 300, 'x')", "4000000", "0 2")]
    [InlineData("'pmm' || char(10)", "4000000", "0 2")]
    [InlineData("'pmm'", "7e28", "0 2")]
    [InlineData("'pmm'", "4000000", "2 0")]
    public async Task An_order_of_hummingbot_is_kept_only_with_its_trade(string strategy, string price, string counts)
    {
        static string Rows(string id, string type, long at, string strategy, string price) =>
            $$"""
            INSERT INTO "TradeFill" VALUES ('c.yml', {{strategy}}, 'binance', 'BTC-USDT', 'BTC', 'USDT', {{at}}, 'o-{{id}}', '{{type}}', 'LIMIT',
                {{price}}, 7000000, 1, '{}', 0, 't-{{id}}', 'NIL');
            INSERT INTO "Order" VALUES
                ('o-{{id}}', 'c.yml', 'pmm', 'binance', 'BTC-USDT', 'BTC', 'USDT', 1, 'LIMIT', 3000000, 1, 2000000, 'filled', 2, 'x', 'NIL');
            """;
        var file = await SourceFiles.CreateAsync(
            _folder["o.sqlite"], SourceFiles.Hummingbot, Rows("1", "BUY", 1_767_225_600_000, strategy, "2000000"),
            Rows("2", "SELL", 1_767_225_601_000, strategy, price));
        for (var time = 0; time < 2; time++)
        {
            var report = await ImportAsync("hummingbot", file);
            var table = Counts(report, "Order");
            Assert.Equal(counts, $"{table.KeptAsMetadata} {table.Skipped}");
            Assert.Equal(counts, $"{Counts(report, "TradeFill").Imported} {Counts(report, "TradeFill").Skipped}");
        }
    }

    [Fact]
    public async Task A_file_of_hummingbot_without_fills_counts_its_tables()
    {
        var file = await SourceFiles.CreateAsync(
            _folder["h.sqlite"], SourceFiles.Hummingbot, "DROP TABLE \"TradeFill\"", "INSERT INTO \"OrderStatus\" VALUES (1, 'o-1', 1, 'created')");
        var report = await ImportAsync("hummingbot", file);
        Assert.All(report.Source!.Tables, table => Assert.Equal(table.Rows, table.Imported + table.Skipped + table.KeptAsMetadata));
    }

    public async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_pipe_is_refused_and_a_link_is_followed()
    {
        using (var made = Process.Start("mkfifo", [_folder["pipe.sqlite"]])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<NexusValidationException>(
            () => ImportAsync("freqtrade", _folder["pipe.sqlite"]).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        var file = await SourceFiles.CreateAsync(_folder["real.sqlite"], SourceFiles.Freqtrade, Rows);
        File.CreateSymbolicLink(_folder["link.sqlite"], file);
        Assert.Equal(6, Counts(await ImportAsync("freqtrade", _folder["link.sqlite"]), "trades").Rows);
    }

    private async Task RefusedAsync(string name, byte[] content, string reason)
    {
        var file = _folder[$"{name}.sqlite"];
        await File.WriteAllBytesAsync(file, content);
        var error = await Assert.ThrowsAsync<NexusValidationException>(() => ImportAsync("freqtrade", file));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static SourceTable Counts(ImportReport report, string table) => report.Source!.Tables.Single(entry => entry.Name == table);

    private Task<ImportReport> ImportAsync(string program, string file, bool dryRun = false) => SourceImport.RunAsync(
        _home.CreateOptions(), program, file, 1001, new ImportOptions { DryRun = dryRun }, NullLoggerFactory.Instance, TimeProvider.System,
        progress: null, TestContext.Current.CancellationToken);

    private Task<NexusDb> OpenAsync() => NexusDb.OpenAsync(_home.CreateOptions());
}
