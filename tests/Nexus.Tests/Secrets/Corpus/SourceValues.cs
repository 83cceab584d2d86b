using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Draws what stands in braces in the templates of <see cref="SourceCorpus"/>. Nothing drawn belongs to anyone.</summary>
internal static partial class SourceValues
{
    private const string Hex = "0123456789abcdef";
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const string Small = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string Url = CorpusRandom.Alphanumeric + "-_";
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    private const string Names = "ana pablo trader77 li_moreau olga.k mbot nova kraken_fan juan_perez dmitri scalper coinhawk marcos tess";
    private const string Coins = "BTC ETH SOL XRP ADA SUI DOGE AVAX PEPE WIF LINK TON";

    /// <summary>The text with every pair of braces drawn.</summary>
    public static string Draw(string text, CorpusRandom r) => Braces().Replace(text, match =>
        Sized(match.Groups[1].Value, r) ?? Named(match.Groups[1].Value, match.Groups[2].Value, r));

    /// <summary>Words of a wallet's list.</summary>
    public static string[] Words(int count, CorpusRandom r) => r.Phrase("english", count);

    /// <summary><c>h32</c>: so many characters of an alphabet.</summary>
    private static string? Sized(string kind, CorpusRandom r)
    {
        var letters = kind.TrimEnd("0123456789".ToCharArray());
        if (letters.Length == kind.Length) return null;
        var length = Number(kind[letters.Length..]);
        return letters switch
        {
            "A" => r.Text(CorpusRandom.Alphanumeric, length),
            "h" => r.Text(Hex, length),
            "H" => r.Text(Hex, length).ToUpperInvariant(),
            "K" => r.Text(Capitals, length),
            "l" => r.Text(Small, length),
            "u" => r.Text(Url, length),
            "d" => r.Digits(length),
            "bech" => r.Text(Bech32, length),
            "totp" => r.Text(Base32, length),
            _ => null,
        };
    }

    private static string Named(string kind, string argument, CorpusRandom r) => kind switch
    {
        "uuid" => r.Uuid().ToString(),
        "evm" => "0x" + r.Text(Hex, 40),
        "EVM" => "0x" + r.Text("0123456789abcdefABCDEF", 40),
        "pk" => "0x" + r.Text(Hex, 64),
        "sol" => r.Base58(r.Bytes(32), checksum: false),
        "mint" => r.Text(CorpusRandom.Base58Digits, 40) + "pump",
        "kp" or "sig" => r.Base58(r.Bytes(64), checksum: false),
        "tron" => r.Base58([0x41, .. r.Bytes(20)], checksum: true),
        "xrp" => "r" + r.Text(CorpusRandom.Base58Digits, 31) + "3Kd",
        "btc" => "bc1q" + r.Text(Bech32, 38),
        "b58c" => r.Text(CorpusRandom.Base58Digits, Number(argument)),
        "b64" => Convert.ToBase64String(r.Bytes(Number(argument))),
        "b64u" => r.Text(Url, Number(argument)),
        "bytestext64" => $"[{string.Join(',', r.Bytes(64))}]",
        "tg" => $"{r.Digits(10)}:AA{r.Text(Url, 33)}",
        "totp" => r.Text(Base32, 16),
        "jwt" => $"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ{r.Text(CorpusRandom.Alphanumeric, 90)}.{r.Text(Url, 43)}",
        "discord" => $"MT{r.Text(CorpusRandom.Alphanumeric, 24)}.G{r.Text(Url, 5)}.{r.Text(Url, 38)}",
        "bx" => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{r.Uuid()}:{r.Text(Hex, 32)}")),
        "ecpem" => Pem("EC PRIVATE", 164, r),
        "rsapem" => Pem(r.Of("PRIVATE", "RSA PRIVATE"), 800, r),
        "png" => "iVBORw0KGgoAAAANSUhEUgAA" + Convert.ToBase64String(r.Bytes(90)),
        "mn12" => string.Join(' ', r.Phrase(argument, 12)),
        "mn24" => string.Join(' ', r.Phrase(argument, 24)),
        "pw" => Password(r),
        "pwurl" => r.WordOf("Delfin Harbor verano Tigre maple") + r.Next(100, 9999) + r.Of("", "x", "_z"),
        "apple" => $"{r.Text("abcdefghkmnopqrstuvwxyz", 6)}-{r.Text("abcdefghkmnpqrstuvwxyzBDFGH", 6)}-{r.Text("abcdefghkmnopqr", 5)}{r.Next(2, 9)}",
        "apppw" => string.Join(' ', Enumerable.Range(0, 4).Select(_ => r.Text("abcdefghijklmnopqrstuvwxyz", 4))),
        "words3" => string.Join('-', Enumerable.Range(0, 3).Select(_ => r.WordOf("amber tiger piano walnut river copper lantern"))),
        "name" => r.WordOf(Names),
        "email" => $"{r.WordOf("ana pablo.r trading olga77")}@{r.WordOf("gmail.com proton.me example.org")}",
        "host" => r.WordOf("db.example.com trade.example.net vps3.example.org bot.example.io"),
        "ip" => $"{r.Next(11, 220)}.{r.Next(0, 255)}.{r.Next(0, 255)}.{r.Next(1, 254)}",
        "sym" => r.WordOf(Coins),
        "pair" => r.WordOf(Coins) + r.Of("USDT", "/USDT", "-USD", "USDT.P", "/USDT:USDT"),
        "date" => $"2025-{r.Next(1, 13):00}-{r.Next(1, 29):00}",
        "strat" => r.WordOf("NostalgiaForInfinityX5 SampleStrategy TrendFollower_v3 ema20_cross RSIDivergence EI3v2_tag_cofi_green"),
        "n" => Range(argument, r),
        "or" => r.Of(argument.Split(',')),
        _ => $"{{{kind}{(argument.Length > 0 ? ":" + argument : "")}}}",
    };

    private static int Number(string argument) => int.Parse(argument, CultureInfo.InvariantCulture);

    private static string Range(string argument, CorpusRandom r)
    {
        var ends = argument.Split('-');
        return r.Next(Number(ends[0]), Number(ends[1]) + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static string Pem(string kind, int length, CorpusRandom r)
    {
        var lines = r.Text(CorpusRandom.Alphanumeric + "+/", length).Chunk(64).Select(line => new string(line));
        return $"-----BEGIN {kind} KEY-----\n{string.Join('\n', lines)}\n-----END {kind} KEY-----\n";
    }

    /// <summary>As people choose them.</summary>
    private static string Password(CorpusRandom r) => r.Next(0, 9) switch
    {
        0 => r.WordOf("Barcelona Sommer mybot Trading Okx kraken Dragon") + r.Next(1, 2030) + r.Of("", "!", "@", "#"),
        1 => r.Text("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!@#$%^&*", r.Next(10, 20)) + "x7",
        2 => r.Text(Small, r.Next(8, 14)) + "4",
        3 => r.WordOf("letmein trustno1 qwerty123 iloveyou sunshine girasol zxcvbnm"),
        4 => r.WordOf("Correct horse verde") + "-" + r.WordOf("battery luna tango") + "-" + r.WordOf("staple nube fox") + r.Next(1, 99),
        5 => r.WordOf("MyBot SuperSecure NoEntres TopSecret") + r.WordOf("Password Passw0rd Clave") + r.Next(0, 99),
        6 => r.Digits(r.Next(6, 11)),
        7 => r.WordOf("p@ss w0rd S3cret Zm9v") + "_" + r.Text(Small, 6) + "9",
        _ => r.WordOf("пароль Контора Лето") + r.Next(10, 9999) + r.Of("", "!"),
    };

    [GeneratedRegex(@"\{(\w+)(?::([^{}]*))?\}")]
    private static partial Regex Braces();
}
