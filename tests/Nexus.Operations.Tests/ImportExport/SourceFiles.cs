using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>Databases of other bots, with the tables that their models make.</summary>
[SuppressMessage("Security", "CA2100", Justification = "The SQL is made of constants.")]
internal static class SourceFiles
{
    /// <summary>freqtrade/persistence of 2024.10, and <c>record_version</c> of 2025.</summary>
    public const string Freqtrade = """
        CREATE TABLE trades (id INTEGER NOT NULL, exchange VARCHAR(25) NOT NULL, pair VARCHAR(25) NOT NULL, base_currency VARCHAR(25),
            stake_currency VARCHAR(25), is_open BOOLEAN NOT NULL, fee_open FLOAT NOT NULL, fee_open_cost FLOAT, fee_open_currency VARCHAR(25),
            fee_close FLOAT, fee_close_cost FLOAT, fee_close_currency VARCHAR(25), open_rate FLOAT, open_rate_requested FLOAT,
            open_trade_value FLOAT, close_rate FLOAT, close_rate_requested FLOAT, realized_profit FLOAT, close_profit FLOAT, close_profit_abs FLOAT,
            stake_amount FLOAT NOT NULL, max_stake_amount FLOAT, amount FLOAT, amount_requested FLOAT, open_date DATETIME NOT NULL,
            close_date DATETIME, stop_loss FLOAT, stop_loss_pct FLOAT, initial_stop_loss FLOAT, initial_stop_loss_pct FLOAT,
            is_stop_loss_trailing BOOLEAN NOT NULL, max_rate FLOAT, min_rate FLOAT, exit_reason VARCHAR(255), exit_order_status VARCHAR(100),
            strategy VARCHAR(100), enter_tag VARCHAR(255), timeframe INTEGER, trading_mode VARCHAR(7), amount_precision FLOAT,
            price_precision FLOAT, precision_mode INTEGER, precision_mode_price INTEGER, contract_size FLOAT, leverage FLOAT,
            is_short BOOLEAN NOT NULL, liquidation_price FLOAT, interest_rate FLOAT NOT NULL, funding_fees FLOAT, funding_fee_running FLOAT,
            record_version INTEGER NOT NULL DEFAULT 2, PRIMARY KEY (id));
        CREATE TABLE orders (id INTEGER NOT NULL, ft_trade_id INTEGER NOT NULL, ft_order_side VARCHAR(25) NOT NULL, ft_pair VARCHAR(25) NOT NULL,
            ft_is_open BOOLEAN NOT NULL, ft_amount FLOAT NOT NULL, ft_price FLOAT NOT NULL, ft_cancel_reason VARCHAR(255),
            order_id VARCHAR(255) NOT NULL, status VARCHAR(255), symbol VARCHAR(25), order_type VARCHAR(50), side VARCHAR(25), price FLOAT,
            average FLOAT, amount FLOAT, filled FLOAT, remaining FLOAT, cost FLOAT, stop_price FLOAT, order_date DATETIME,
            order_filled_date DATETIME, order_update_date DATETIME, funding_fee FLOAT, ft_fee_base FLOAT, ft_order_tag VARCHAR(255),
            PRIMARY KEY (id), CONSTRAINT _order_pair_order_id UNIQUE (ft_pair, order_id), FOREIGN KEY(ft_trade_id) REFERENCES trades (id));
        CREATE TABLE trade_custom_data (id INTEGER NOT NULL, ft_trade_id INTEGER NOT NULL, cd_key VARCHAR(255) NOT NULL, cd_type VARCHAR(25) NOT NULL,
            cd_value TEXT NOT NULL, created_at DATETIME NOT NULL, updated_at DATETIME, PRIMARY KEY (id));
        CREATE TABLE pairlocks (id INTEGER NOT NULL, pair VARCHAR(25) NOT NULL, side VARCHAR(25) NOT NULL, reason VARCHAR(255),
            lock_time DATETIME NOT NULL, lock_end_time DATETIME NOT NULL, active BOOLEAN NOT NULL, PRIMARY KEY (id));
        CREATE TABLE "KeyValueStore" (id INTEGER NOT NULL, key VARCHAR(25) NOT NULL, value_type VARCHAR(20) NOT NULL, string_value VARCHAR(255),
            datetime_value DATETIME, float_value FLOAT, int_value INTEGER, PRIMARY KEY (id));
        """;

    /// <summary>hummingbot/model of version 2.</summary>
    public const string Hummingbot = """
        CREATE TABLE "Order" (id TEXT NOT NULL, config_file_path TEXT NOT NULL, strategy TEXT NOT NULL, market TEXT NOT NULL, symbol TEXT NOT NULL,
            base_asset TEXT NOT NULL, quote_asset TEXT NOT NULL, creation_timestamp BIGINT NOT NULL, order_type TEXT NOT NULL,
            amount BIGINT NOT NULL, leverage INTEGER NOT NULL, price BIGINT NOT NULL, last_status TEXT NOT NULL,
            last_update_timestamp BIGINT NOT NULL, exchange_order_id TEXT, position TEXT, PRIMARY KEY (id));
        CREATE TABLE "OrderStatus" (id INTEGER NOT NULL, order_id TEXT NOT NULL, timestamp BIGINT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (id));
        CREATE TABLE "TradeFill" (config_file_path TEXT NOT NULL, strategy TEXT NOT NULL, market TEXT NOT NULL, symbol TEXT NOT NULL,
            base_asset TEXT NOT NULL, quote_asset TEXT NOT NULL, timestamp BIGINT NOT NULL, order_id TEXT NOT NULL, trade_type TEXT NOT NULL,
            order_type TEXT NOT NULL, price BIGINT NOT NULL, amount BIGINT NOT NULL, leverage INTEGER NOT NULL, trade_fee JSON NOT NULL,
            trade_fee_in_quote BIGINT, exchange_trade_id TEXT NOT NULL, position TEXT, PRIMARY KEY (market, order_id, exchange_trade_id));
        CREATE TABLE "Executors" (id TEXT NOT NULL, timestamp FLOAT NOT NULL, type TEXT NOT NULL, close_type INTEGER, close_timestamp BIGINT,
            status INTEGER NOT NULL, config JSON NOT NULL, net_pnl_pct FLOAT NOT NULL, net_pnl_quote FLOAT NOT NULL, cum_fees_quote FLOAT NOT NULL,
            filled_amount_quote FLOAT NOT NULL, is_active BOOLEAN NOT NULL, is_trading BOOLEAN NOT NULL, custom_info JSON NOT NULL,
            controller_id TEXT, PRIMARY KEY (id));
        CREATE TABLE "MarketState" (id INTEGER NOT NULL, config_file_path TEXT NOT NULL, market TEXT NOT NULL, timestamp BIGINT NOT NULL,
            saved_state JSON NOT NULL, PRIMARY KEY (id));
        CREATE TABLE "Metadata" (key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key));
        INSERT INTO "Metadata" VALUES ('local_db_version', '20230516');
        """;

    public static async Task<string> CreateAsync(string file, params string[] scripts)
    {
        await using var connection = await OpenAsync(file);
        foreach (var script in scripts) await ExecuteAsync(connection, script);
        return file;
    }

    public static async Task<SqliteConnection> OpenAsync(string file)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, ForeignKeys = false }.ToString());
        await connection.OpenAsync();
        return connection;
    }

    public static async Task ExecuteAsync(SqliteConnection connection, string script)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = script;
        await command.ExecuteNonQueryAsync();
    }
}
