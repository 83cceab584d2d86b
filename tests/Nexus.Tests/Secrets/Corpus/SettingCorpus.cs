using System.Text.Json.Nodes;
using Nexus.Secrets;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Settings that must stay readable: those of trading bots, and those that resemble secrets by name or value.</summary>
internal static class SettingCorpus
{
    public static CorpusCase Draw(int seed)
    {
        var r = new CorpusRandom(seed);
        return r.Next(0, 8) switch
        {
            0 or 1 => Plain(r),
            2 => Identifier(r),
            3 => Resembling(r),
            4 => Sentence(r),
            5 => BesideCredentials(r),
            6 => AsPair(r),
            _ => AsList(r),
        };
    }

    private static CorpusCase Plain(CorpusRandom r)
    {
        var (name, value) = r.Next(0, 22) switch
        {
            0 => ("mode", (JsonNode)r.WordOf("WATCHER COPILOT PILOT live paper")),
            1 => ("symbol", r.WordOf("BTCUSDT ETH/USDT:USDT 1000PEPEUSDT SOL-PERP")),
            2 => (r.WordOf("leverage max_leverage_allowed retries window limit"), r.Next(1, 5000)),
            3 => (r.WordOf("stop_loss_pct tp_ratio kelly_fraction pass_rate win_rate_est"), 0.25),
            4 => (r.WordOf("timezone tz"), r.WordOf("Europe/Madrid America/Argentina/Buenos_Aires UTC Asia/Tokyo")),
            5 => (r.WordOf("cron schedule"), r.Of("0 */4 * * *", "15 9 * * 1-5", "*/5 * * * * *")),
            6 => (r.WordOf("strategy name preset"), r.WordOf("EMA_CROSS_20_50_RSI_FILTER_V2_AGGRESSIVE " +
                "mean-reversion-bollinger-20-2-with-volume-filter-v3 TREND SmartMoneyConceptsBreakoutV3")),
            7 => (r.WordOf("url endpoint api_url base_url webhook"),
                r.Of("https://api.binance.com/fapi/v1/exchangeInfo?symbol=BTCUSDT&interval=15m", "https://www.tradingview.com/chart/BTCUSDT",
                    "wss://stream.bybit.com/v5/public/linear",
                    "http://localhost:8080/health")),
            8 => (r.WordOf("version api_version"), r.WordOf("v5 1.2.3 2026-01-15 3.11.0-rc1")),
            9 => (r.WordOf("color colour theme_color"), "#" + r.Text("0123456789abcdef", 6)),
            10 => (r.WordOf("path log_file data_dir"),
                r.Of("/var/lib/nexus/data/nexus.db", "C:\\bots\\nexus\\logs\\2026-01-15.log", "./strategies/momentum/breakout_v2.json")),
            11 => (r.WordOf("email contact"), "someone.else@example.com"),
            12 => (r.WordOf("locale language"), r.WordOf("es en-GB pt-BR zh-Hans")),
            13 => (r.WordOf("created_at last_login expires_at"), r.Of("2026-01-15T10:30:00Z", "2026-01-15 10:30:00", "1768473000123")),
            14 => (r.WordOf("chat_id telegram_id user_id"), r.Chance(50) ? r.Digits(9) : (JsonNode)r.Next(100_000_000, 999_999_999)),
            15 => ("seed", r.Next(0, 99999)),
            16 => (r.WordOf("tokens max_tokens token_count"), r.Next(100, 8192)),
            17 => (r.WordOf("has_password use_token require_2fa show_secret"), r.Chance(50)),
            18 => (r.WordOf("exchange primary_exchange broker"), r.WordOf("BINANCE bybit okx alpaca")),
            19 => (r.WordOf("candle_pattern pattern setup"), r.WordOf("pin_bar engulfing doji inside_bar")),
            20 => (r.WordOf("timeframe interval"), r.WordOf("15m 1h 4h 1d")),
            _ => (r.WordOf("priority weight index score"), r.Next(0, 100)),
        };
        return Case($"{name}: {value}", name, value, r);
    }

    private static CorpusCase Identifier(CorpusRandom r)
    {
        var (name, value) = r.Next(0, 16) switch
        {
            0 => (r.WordOf("order_id orderId client_order_id trade_id position_id"), r.Uuid().ToString()),
            1 => (r.WordOf("order_id orderId exchange_order_id"), r.Digits(19)),
            2 => (r.WordOf("client_order_id clOrdId orderLinkId newClientOrderId"), $"x-{r.Letters(28)}"),
            3 => (r.WordOf("tx_hash txHash transaction_hash txid last_tx block_hash"), "0x" + r.Hex(64)),
            4 => (r.WordOf("tx_signature txid last_transaction"), r.Base58(r.Bytes(64), checksum: false)),
            5 => (r.WordOf("wallet_address address contract token_address contractAddress usdc_address recipient"), "0x" + r.Hex(40)),
            6 => (r.WordOf("usdc target whale watch"), "0x" + r.Hex(40)),
            7 => (r.WordOf("mint token_mint solana_address wallet_address whale"), r.Base58(r.Bytes(32), checksum: false)),
            8 => (r.WordOf("btc_address deposit_address payout"), $"bc1q{r.Text("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 38)}"),
            9 => (r.WordOf("btc_address payout_address donate"), r.Base58([0, .. r.Bytes(20)], checksum: true)),
            10 => (r.WordOf("sha256 checksum file_hash digest"), r.Hex(64)),
            11 => (r.WordOf("commit git_commit revision commit_sha"), r.Hex(40)),
            12 => (r.WordOf("etag content_md5 md5"), r.Hex(32)),
            13 => (r.WordOf("request_id trace_id correlation_id"), r.Hex(32)),
            14 => (r.WordOf("public_key publicKey pubkey"), r.Hex(64)),
            _ => (r.WordOf("uuid id guid run_id"), r.Uuid().ToString()),
        };
        return Case($"{name}: {value}", name, value, r);
    }

    private static CorpusCase Resembling(CorpusRandom r)
    {
        var (name, value) = r.Next(0, 22) switch
        {
            0 => ("token_symbol", (JsonNode)r.WordOf("USDT PEPE")),
            1 => (r.WordOf("sort_key primary_key partition_key group_key cache_key"), r.WordOf("entry_time symbol chat_id")),
            2 => ("key_levels", new JsonArray(64250.5, 61000, 58800)),
            3 => (r.WordOf("keyboard hotkey shortcut_key"), r.WordOf("ctrl+k qwerty inline")),
            4 => (r.WordOf("monkey secretary tokenomics passive passenger compass author"), r.WordOf("yes deflationary slow main")),
            5 => (r.WordOf("pin_bar pin_bars passing_score"), r.Next(0, 9)),
            6 => (r.WordOf("auth_mode auth_type token_type authentication_method"), r.WordOf("basic bearer oauth2 none")),
            7 => ("signature_pattern", "double_top"),
            8 => (r.WordOf("phrase greeting welcome_text"), r.Of("hola mundo", "buy the dip", "to the moon")),
            9 => (r.WordOf("api_key_name api_key_label key_name secret_name"), r.WordOf("main binance-prod trading")),
            10 => (r.WordOf("password_policy password_min_length token_expiry key_rotation_days"), r.Of("strong", "12", "90", "30d")),
            11 => (r.WordOf("token base_token quote_token"), r.WordOf("USDT SOL BONK")),
            12 => (r.WordOf("key sort_by group_by"), r.WordOf("leverage symbol pnl entry_time")),
            13 => (r.WordOf("code country_code error_code currency_code"), r.WordOf("ES USD E1001 eur")),
            14 => (r.WordOf("auth authentication"), r.WordOf("none basic required")),
            15 => (r.WordOf("session trading_session"), r.WordOf("london new_york asia")),
            16 => (r.WordOf("private_key_path key_file cert_path token_file"), "/etc/nexus/keys/bot.pem"),
            17 => (r.WordOf("token_url token_endpoint auth_url password_reset_url"), "https://auth.example.com/oauth/v2"),
            18 => ("random_seed", r.Next(1, 9999)),
            19 => (r.WordOf("api_key_env secret_env_name token_header"), r.WordOf("BINANCE_API_KEY X-Auth-Header OKX_SECRET")),
            20 => (r.WordOf("memo signature"), r.WordOf("vip double_top none")),
            _ => (r.WordOf("keyword palabra_clave keywords"), r.WordOf("bitcoin etf halving")),
        };
        return Case($"{name}: {value.ToJsonString()}", name, value, r);
    }

    private static CorpusCase Sentence(CorpusRandom r)
    {
        var name = r.WordOf("note description comment exit_reason message text hint");
        var value = r.Of(
            "Conservative swing trading with a tight trailing stop on the majors, reviewed every 4 hours",
            "Compra cuando la EMA de 20 cruza la de 50 y el RSI está por debajo de 30; vende al revés",
            "Kaufe nur, wenn der Trend auf dem Tageschart stimmt, und verkaufe nach drei roten Kerzen",
            "Acheter quand la moyenne mobile passe au dessus et vendre si le volume baisse encore",
            "Compre quando a média cruzar para cima e venda quando o volume cair pela metade",
            "Покупать при пробое уровня и закрывать позицию по стопу в конце дня",
            "買い注文は午前九時三十分に出されました。買い注文は午前九時三十分に出されました。",
            "the key is to be patient: never chase a candle",
            "remember to rotate the password every 90 days",
            "Secret sauce: wait for confirmation, then enter",
            "token: USDT, chain: TRON, fee: low",
            "stop loss hit at 64250.12 (order 123456789), slippage 0.02%",
            "BTC,ETH,SOL,BNB,XRP,ADA,DOGE,DOT,LTC,LINK,AVAX,ATOM",
            "trend breakout reversal scalping swing grid martingale hedge carry arbitrage momentum volume",
            "signal 15m: RSI=28 MACD=cross volume=high leverage=10",
            "Pass rate: 87%, max tokens: 4096, seed: 42",
            "take profit at 2R, move stop to entry after 1R, exit on daily close below EMA50");
        return Case($"{name}: {value}", name, value, r);
    }

    private static CorpusCase BesideCredentials(CorpusRandom r)
    {
        var vendor = r.WordOf("okx binance bybit kucoin telegram wallet proxy");
        var (name, value) = r.Next(0, 16) switch
        {
            0 => ("mode", (JsonNode)r.WordOf("cross isolated hedge")),
            1 => ("symbol", "BTC/USDT"),
            2 => ("leverage", r.Next(1, 20)),
            3 => (r.WordOf("testnet sandbox enabled"), r.Chance(50)),
            4 => (r.WordOf("network chain"), r.WordOf("mainnet ERC20 TRC20 solana")),
            5 => ("exchange", r.WordOf("okx binance")),
            6 => (r.WordOf("label name title"), r.WordOf("Main trading backup-account")),
            7 => (r.WordOf("base_url url endpoint"), "https://api.example.com/v5"),
            8 => (r.WordOf("timeout timeout_ms recv_window rate_limit max_retries"), r.Next(100, 60000)),
            9 => (r.WordOf("host hostname"), r.WordOf("10.0.0.7 proxy.example.net")),
            10 => ("port", r.Next(1000, 60000)),
            11 => (r.WordOf("chat_id channel_id"), r.Next(100_000_000, 999_999_999)),
            12 => (r.WordOf("address wallet_address"), "0x" + r.Hex(40)),
            13 => (r.WordOf("api_version version"), r.WordOf("v5 2")),
            14 => (r.WordOf("account_type market_type default_type type"), r.WordOf("spot swap unified")),
            _ => (r.WordOf("symbols pairs markets"), new JsonArray("BTCUSDT", "ETHUSDT")),
        };
        return new CorpusCase($"{vendor}.{name}: {value.ToJsonString()}",
            new JsonObject { [vendor] = new JsonObject { ["apiKey"] = r.Letters(20), ["secret"] = r.Letters(20), [name] = value } }, [vendor, name]);
    }

    private static CorpusCase AsPair(CorpusRandom r)
    {
        var (label, holder) = r.Of(("name", "value"), ("key", "value"), ("field", "data"), ("k", "v"));
        var (name, value) = r.Of<(string, JsonNode)>(("leverage", 5), ("symbol", "BTCUSDT"), ("mode", "live"), ("timezone", "Europe/Madrid"),
            ("sort_key", "pnl"), ("max_tokens", 4096), ("Accept", "application/json"));
        var item = new JsonObject { [label] = name, [holder] = value };
        return new CorpusCase($"{label} {name}, {holder} {value.ToJsonString()}", new JsonObject { ["params"] = new JsonArray(item) },
            ["params", 0, holder]);
    }

    private static CorpusCase AsList(CorpusRandom r)
    {
        var (name, value) = r.Next(0, 9) switch
        {
            0 => ("disabled_assets", (JsonNode)new JsonArray("DOGEUSDT", "SHIBUSDT", "PEPEUSDT")),
            1 => (r.WordOf("keys columns fields redact"), new JsonArray("symbol", "api_key", "password", "created_at")),
            2 => (r.WordOf("tokens coins watchlist"), new JsonArray("BTC", "ETH", "SOL")),
            3 => ("months", new JsonArray([.. "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".Split(' ').Select(month => (JsonNode)month)])),
            4 => (r.WordOf("levels weights curve rsi"), new JsonArray([.. Enumerable.Range(0, 64).Select(_ => (JsonNode)r.Next(0, 101))])),
            5 => (r.WordOf("order_ids trade_ids"), new JsonArray(r.Uuid().ToString(), r.Uuid().ToString())),
            6 => (r.WordOf("tx_hashes transactions"), new JsonArray("0x" + r.Hex(64), "0x" + r.Hex(64))),
            7 => (r.WordOf("addresses wallet_addresses"), new JsonArray("0x" + r.Hex(40), "0x" + r.Hex(40))),
            _ => (r.WordOf("binance exchanges okx"), new JsonArray("BTCUSDT", "ETHUSDT", "SOLUSDT")),
        };
        return Case($"{name}: {value.ToJsonString()}", name, value, r);
    }

    private static CorpusCase Case(string what, string name, JsonNode value, CorpusRandom r)
    {
        var inner = new JsonObject { [name] = value.DeepClone() };
        return r.Next(0, 3) switch
        {
            0 => new CorpusCase(what, inner, [name]),
            1 => new CorpusCase(what, new JsonObject { ["mode"] = "PILOT", ["settings"] = inner }, ["settings", name]),
            _ => new CorpusCase($"{what} beside a key", new JsonObject { ["binance_api_key"] = r.Letters(24), [name] = value, ["leverage"] = 3 },
                [name]),
        };
    }
}
