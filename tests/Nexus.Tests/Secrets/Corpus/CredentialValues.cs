using System.Text;
using System.Text.Json.Nodes;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Credentials as exchanges, wallets, proxies and messengers make them, and as people write them down.</summary>
internal static class CredentialValues
{
    /// <summary>Secrets under any name.</summary>
    public static string SelfEvident(CorpusRandom r) => r.Next(0, 40) switch
    {
        0 => r.Letters(64),
        1 => r.Hex(64),
        2 => "0x" + r.Hex(64),
        3 => r.Base58(r.Bytes(64), checksum: false),
        4 => r.Base58([0x80, .. r.Bytes(32), 1], checksum: true),
        5 => r.Base58([0x04, 0x88, 0xAD, 0xE4, .. r.Bytes(74)], checksum: true),
        6 => $"{r.Digits(9)}:AA{r.Text(CorpusRandom.Alphanumeric, 33)}",
        7 => $"https://api.telegram.org/bot{r.Digits(10)}:AA{r.Text(CorpusRandom.Alphanumeric, 33)}/sendMessage",
        8 => $"eyJhbGciOiJIUzI1NiJ9.eyJ{r.Text(CorpusRandom.Alphanumeric, 40)}.{r.Text(CorpusRandom.Alphanumeric, 43)}",
        9 => $"{r.Of("ghp", "gho", "ghs")}_{r.Letters(36)}",
        10 => $"glpat-{r.Letters(20)}",
        11 => $"xoxb-{r.Digits(12)}-{r.Digits(12)}-{r.Letters(24)}",
        12 => $"sk-{r.Of("", "proj-", "ant-api03-")}{r.Letters(48)}",
        13 => $"{r.Of("sk", "rk")}_live_{r.Letters(24)}",
        14 => $"SG.{r.Letters(22)}.{r.Letters(43)}",
        15 => "SK" + r.Hex(32),
        16 => "AKIA" + r.Text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
        17 => "AIza" + r.Letters(35),
        18 => $"M{r.Letters(23)}.{r.Letters(6)}.{r.Letters(38)}",
        19 => $"https://discord.com/api/webhooks/{r.Digits(18)}/{r.Letters(68)}",
        20 => $"https://hooks.slack.com/services/T{r.Text("ABCDEFGHIJKLMNOP0123456789", 8)}/" +
            $"B{r.Text("ABCDEFGHIJKLMNOP0123456789", 8)}/{r.Letters(24)}",
        21 => $"{r.Of("http", "https", "socks5", "postgres", "redis", "amqp", "mongodb+srv", "mysql")}://" +
            $"{r.WordOf("bot user admin trader")}:{Password(r)}@{r.WordOf("10.0.0.7 db.example.com proxy.example.net")}:{r.Next(1000, 60000)}",
        22 => $"{r.WordOf("bot user trader")}:{Password(r)}:{r.WordOf("10.1.2.3 proxy.example.net")}:{r.Next(1000, 60000)}",
        23 => $"{r.WordOf("10.1.2.3 proxy.example.net")}:{r.Next(1000, 60000)}:{r.WordOf("bot user trader")}:{Password(r)}",
        24 => $"https://api.example.com/v1/ticker?symbol=BTCUSDT&" +
            $"{r.WordOf("key token apikey api_key access_token sig signature secret auth")}={r.Letters(r.Next(8, 32))}",
        25 => $"https://example.com/cb#{r.WordOf("access_token id_token refresh_token")}={r.Letters(20)}",
        26 => $"otpauth://totp/Exchange:me?secret={r.Text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}&issuer=Exchange",
        27 => $"-----BEGIN {r.WordOf("RSA EC OPENSSH ENCRYPTED")} {"PRIVATE"} KEY-----\n{r.Letters(64)}\n-----END {"PRIVATE"} KEY-----",
        28 => "AGE-SECRET-KEY-1" + r.Text("ABCDEFGHJKLMNPQRSTUVWXYZ023456789", 58),
        29 => $"Bearer {r.Letters(24)}",
        30 => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"bot:{Password(r)}"))}",
        31 => Note(r),
        32 => Note(r),
        33 => EnvironmentText(r),
        34 => new JsonObject { [r.WordOf("api_key apiKey secret password")] = Password(r), ["n"] = 1 }.ToJsonString(),
        35 => JsonValue.Create(new JsonObject { ["okx"] = new JsonObject { ["secret"] = Password(r) } }.ToJsonString()).ToJsonString(),
        36 => Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonObject { ["apiSecret"] = Password(r), ["x"] = 2 }.ToJsonString())),
        _ => PhraseText(r),
    };

    /// <summary>Secrets that only their name or their neighbours give away.</summary>
    public static JsonNode Hidden(CorpusRandom r) => r.Next(0, 10) switch
    {
        0 => r.Uuid().ToString(),
        1 => r.Hex(24),
        2 => Password(r),
        3 => r.Next(100_000, 99_999_999),
        4 => r.Letters(r.Next(12, 30)),
        5 => Convert.ToBase64String(r.Bytes(12)),
        6 => r.Hex(32).ToUpperInvariant(),
        7 => r.Text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
        8 => Password(r),
        _ => r.Letters(r.Next(16, 22)),
    };

    public static string Password(CorpusRandom r) => r.Next(0, 4) switch
    {
        0 => $"{r.WordOf("hunter dragon trader Moon Ballena lobo")}{r.Next(10, 9999)}",
        1 => r.Text(CorpusRandom.Alphanumeric, 10) + "x4",
        2 => $"{r.WordOf("correct horse luna")}-{r.WordOf("staple battery noche")}-{r.Next(10, 99)}x",
        _ => r.Text("abcdefghijkmnpqrstuvwxyzABCDEFGH23456789", 9) + r.Of("!", "$", "_") + "k7",
    };

    public static string[] Phrase(CorpusRandom r) =>
        r.Phrase(r.Of("english", "english", "english", "spanish", "french", "portuguese", "italian", "japanese",
            "chinese-simplified", "korean", "czech"), r.Of(12, 12, 15, 18, 21, 24, 25));

    private static string PhraseText(CorpusRandom r)
    {
        var words = Phrase(r);
        return r.Next(0, 7) switch
        {
            0 => string.Join(' ', words),
            1 => string.Join(", ", words),
            2 => string.Join(' ', words).ToUpperInvariant(),
            3 => string.Join('\n', words.Select((word, i) => $"{i + 1}. {word}")),
            4 => string.Join("  ", words.Select(word => char.ToUpperInvariant(word[0]) + word[1..])),
            5 => string.Join('\n', words),
            _ => $"backup: {string.Join(' ', words)} (keep!)",
        };
    }

    private static string Note(CorpusRandom r) => r.Next(0, 6) switch
    {
        0 => $"login with {r.WordOf("password pass pwd clave contraseña senha passwort пароль")}: {Password(r)}",
        1 => $"{r.WordOf("api_secret apiSecret API-KEY secret_key")}={r.Letters(20)}",
        2 => $"mi clave es {Password(r)}",
        3 => $"user bot, password: {Password(r)}, do not share",
        4 => $"API key: {r.Letters(20)}\nAPI secret: {r.Letters(30)}",
        _ => $"the password is {Password(r)}",
    };

    private static string EnvironmentText(CorpusRandom r) => r.Next(0, 4) switch
    {
        0 => $"MODE=live\nAPI_SECRET=\"{Password(r)}\"\nLEVERAGE=5",
        1 => $"[okx]\nsymbol = BTCUSDT\npassword = {Password(r)}",
        2 => $"okx:\n  mode: cross\n  secret: {Password(r)}\n",
        _ => $"[auth]\ntoken = '{Password(r)}'\n",
    };
}
