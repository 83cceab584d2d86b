using System.Buffers.Text;
using System.Security.Cryptography;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>The secrets are put together when the tests run, so that no scanner of repositories takes them for real ones.</summary>
public sealed class SecretShapesTests
{
    public static TheoryData<string, string> SecretOnes => new()
    {
        { "proxy with password", "http://user:pass@10.0.0.1:8080" },
        { "proxy with short password", "a://b:c@d" },
        { "proxy with user and password without scheme", "user:pass@proxy.example.com:3128" },
        { "proxy as sold", "proxy.example.com:3128:user:pass" },
        { "socks proxy", "socks5://user:p%40ss@proxy:1080" },
        { "password with slash", "http://user:pa/ss@proxy:1080" },
        { "database", "postgres://bot:hunter2@db.example.com:5432/nexus?sslmode=require" },
        { "database, key=value", "host=db user=bot password=hunter2 dbname=nexus" },
        { "database, ADO", "Host=db;Username=bot;Password=hunter2" },
        { "query string", "https://api.example.com/v1?symbol=BTC&api_key=abc123" },
        { "telegram token", TelegramToken() },
        { "telegram token in a URL", $"https://api.telegram.org/bot{TelegramToken()}/getMe" },
        { "telegram token in a text", $"my bot is {TelegramToken()}, ask me" },
        { "PEM", $"-----BEGIN {"PRIVATE"} KEY-----\nMIIEvQ\n-----END {"PRIVATE"} KEY-----" },
        { "EC PEM", $"-----BEGIN EC {"PRIVATE"} KEY-----\nMHcC" },
        { "JWT", Jwt() },
        { "bearer JWT", $"Bearer {Jwt()}" },
        { "bearer", $"Bearer {NewSecret(20)}" },
        { "sk-", "sk-" + NewSecret(48) },
        { "sk-proj-", "sk-proj-" + NewSecret(30) },
        { "sk- in small letters", "sk-abcdefghijklmnopqrstuvwx" },
        { "github", "ghp" + "_" + NewSecret(36) },
        { "stripe", "sk" + "_live_" + NewSecret(24) },
        { "aws", "AKIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16) },
        { "alpaca key id", "PK" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 17) + "7" },
        { "fernet token", NewFernetToken(KeyRing.GenerateKey(), "secret") },
        { "fernet key", KeyRing.GenerateKey() },
        { "exchange key", NewSecret(64) },
        { "exchange key of 32", NewSecret(32) },
        { "hex", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "a1" },
        { "ethereum private key", "0x" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "a1" },
        { "base64", Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)) + "a1" },
        // Short groups may by chance be as readable as names: the same draw each time.
        { "groups of five", string.Join('-',
            new Random(1).GetItems<char>("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 35).Chunk(5)
            .Select(group => new string(group))) },
        { "key at the end of a URL", "https://mainnet.infura.io/v3/" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(15)) + "a1" },
        { "key in a text", $"key: {NewSecret(64)}" },
        { "recovery phrase", "legal winner thank year wave sausage worth useful legal winner thank yellow" },
    };

    public static TheoryData<string> OrdinaryOnes => [.. """
        WATCHER
        BINANCE
        BTC/USDT:USDT
        1000PEPE/USDT:USDT
        EMA_CROSS_20_50_RSI_FILTER_V2_AGGRESSIVE
        rsi14_macd12_26_9_bb20_2_stoch14_3_3_adx14_breakout
        mean-reversion-bollinger-20-2-with-volume-filter-v3
        EmaCross20And50WithRsiFilterVersion2Aggressive
        emaCross20And50WithRSIFilterV2
        Conservative swing trading with a tight trailing stop on the majors, reviewed every 4 hours
        Compra cuando la EMA de 20 cruza la de 50 y el RSI está por debajo de 30; vende al revés
        2026-01-15
        2026-01-15T10:30:00Z
        2026-01-15T10:30:00.123456+00:00
        20260115T103000Z_20260116T103000Z_range
        backup_2026-01-15_10-30-00_nexus_prod_v3
        550e8400-e29b-41d4-a716-446655440000
        sessions/550e8400-e29b-41d4-a716-446655440000
        #ff00aa
        0.00000001
        123456789012345678901234567890123456789012345678901234567890
        12345678:short
        America/Argentina/Buenos_Aires
        http://proxy.example.com:8080
        https://example.com:443/@someone
        https://www.tradingview.com/chart/BTCUSDT/strategies-and-indicators-2026
        https://api.binance.com/fapi/v1/exchangeInfo?symbol=BTCUSDT&interval=15m
        someone@example.com
        @nexus_signals_channel
        10:30:45:123
        2001:db8:0:1
        {"a": 1}
        a = b + c
        leverage=10 tp=2.5 max_tokens=4096
        BTCUSDT,ETHUSDT,SOLUSDT,BNBUSDT,XRPUSDT,ADAUSDT
        BTCUSDT-ETHUSDT-SOLUSDT-BNBUSDT-1000PEPEUSDT-XRPUSDT
        the market was quiet and then rose
        supercalifragilisticexpialidocious
        strategies/momentum/breakout/v2/config/default/2026
        ████████████████████████████████
        買い注文は午前九時三十分に出されました。買い注文は午前九時三十分に出されました。
        sk-SK
        Bearer of bad news
        """.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')), "", " ", "********"];

    [Theory]
    [MemberData(nameof(SecretOnes))]
    public void Values_that_look_like_secrets_are(string what, string value) => Assert.True(SecretFields.IsSecretValue(value), what);

    [Theory]
    [MemberData(nameof(OrdinaryOnes))]
    public void Ordinary_values_stay_readable(string value) => Assert.False(SecretFields.IsSecretValue(value));

    /// <summary>
    /// The same draw each time: a rule that tells keys from names by their look is right nearly always, and must not be so by luck.
    /// </summary>
    [Theory]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 64)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 43)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 64)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32)]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789", 32)]
    [InlineData("0123456789abcdef", 32)]
    public void Keys_drawn_at_random_are_not_taken_for_names(string alphabet, int length)
    {
        var random = new Random(1);
        var keys = Enumerable.Range(0, 3000).Select(_ => new string(random.GetItems<char>(alphabet, length)));

        Assert.DoesNotContain(keys, key => key.Any(char.IsAsciiDigit) && key.Any(char.IsAsciiLetter) && !SecretFields.IsSecretValue(key));
    }

    private static string TelegramToken() => "123456789:AA" + NewSecret(33);

    private static string Jwt() =>
        $"{Base64Url.EncodeToString("""{"alg":"HS256"}"""u8)}.{Base64Url.EncodeToString("""{"sub":"1"}"""u8)}.{NewSecret(43)}";
}
