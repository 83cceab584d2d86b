using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Nexus.Secrets;

namespace Nexus.Tests.Secrets;

/// <summary>What the tests of secrets share.</summary>
internal static class SecretKit
{
    public static readonly SealContext Place = new("sessions", "123456789", "api_key");
    public static readonly SealContext Config = new("sessions", "123456789", "config");
    public static readonly DocumentRules Rules = new("config", 256 * 1024, MustBeObject: true, KeepMasks: false);
    public static readonly DocumentRules AnyValue = Rules with { MustBeObject = false };

    public static KeyRing NewRing() => KeyRing.Parse(KeyRing.GenerateKey(), null);

    public static Sealer NewSealer() => new(NewRing());

    /// <summary>
    /// Letters and digits as exchanges make keys of them; with a zero, which base58 lacks, so that none is taken for a public address.
    /// </summary>
    public static string NewSecret(int length = 64) =>
        RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length - 3) + "0a1";

    /// <summary>A Fernet token by the letter of its specification, from the primitives.</summary>
    public static string NewFernetToken(
        string key, byte[] message, byte version = 0x80, DateTimeOffset? at = null, PaddingMode padding = PaddingMode.PKCS7)
    {
        var bytes = Base64Url.DecodeFromChars(key.TrimEnd('='));
        var iv = RandomNumberGenerator.GetBytes(16);
        using var aes = Aes.Create();
        aes.Key = bytes[16..];
        var seconds = BitConverter.GetBytes((at ?? new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero)).ToUnixTimeSeconds());
        Array.Reverse(seconds);
        byte[] body = [version, .. seconds, .. iv, .. aes.EncryptCbc(message, iv, padding)];
        return Padded([.. body, .. HMACSHA256.HashData(bytes[..16], body)]);
    }

    public static string NewFernetToken(string key, string message) => NewFernetToken(key, Encoding.UTF8.GetBytes(message));

    public static string Padded(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    public static JsonNode? Parsed(ReadOnlySpan<byte> utf8) => JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { MaxDepth = 128 });

    /// <summary>Any text that can be stored: no NUL, no half of a surrogate pair.</summary>
    public static readonly Gen<string> AnyText = Gen.OneOf(
            Gen.Int[1, 0x7F], Gen.Int[0x80, 0x7FF], Gen.Int[0x800, 0xD7FF], Gen.Int[0xE000, 0xFFFF], Gen.Int[0x10000, 0x10FFFF],
                Gen.OneOf('"', '\\', '/', '~', '\n', 0x1F, 0x7F, 0x2028))
        .Array[0, 40].Select(runes => string.Concat(runes.Select(rune => new Rune(rune).ToString())));

    /// <summary>
    /// Names of a config's members, some of them those of secrets; none that is a secret itself, which would be refused, and none that chance makes
    /// the name of an identifier (such as tx), whose value stays readable.
    /// </summary>
    private static readonly Gen<string> AnyName = Gen.OneOf(
        Gen.OneOf("mode", "api_key", "binanceApiSecret", "telegram_token", "http_proxy", "credentials", "a/b", "m~n", ""),
        AnyText.Where(text => !SecretFields.IsSecretAsName(Utf8(text)) && SecretFields.KindOf(Utf8(text)) != NameKind.Identifier));

    private static readonly Gen<string> AnyString = Gen.OneOf(
        AnyText, Gen.OneOf("", "WATCHER", "BTC/USDT:USDT", "http://user:pass@proxy:8080"), Gen.Int[32, 80].Select(length => NewSecret(length)));

    /// <summary>Any JSON value that a document may hold, without masks and sealed values.</summary>
    public static readonly Gen<JsonNode?> AnyJson = Gen.Recursive<JsonNode?>((depth, inner) =>
    {
        var leaf = Gen.OneOf<JsonNode?>(
            AnyString.Select(text => (JsonNode?)JsonValue.Create(text)),
            Gen.Long.Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Decimal.Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Bool.Select(value => (JsonNode?)JsonValue.Create(value)),
            Gen.Const((JsonNode?)null));
        if (depth >= 4) return leaf;
        return Gen.OneOf(
            leaf,
            inner.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            ObjectOf(inner).Select(value => (JsonNode?)value));
    });

    public static readonly Gen<JsonObject> AnyObject = ObjectOf(AnyJson);

    /// <summary>The same document with as few and with as many escapes as JSON allows.</summary>
    public static byte[] Written(JsonNode? node, bool escaped) => JsonSerializer.SerializeToUtf8Bytes(node, escaped ? Escaped : Compact);

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Escaped = new() { Encoder = JavaScriptEncoder.Default, WriteIndented = true };

    private static Gen<JsonObject> ObjectOf(Gen<JsonNode?> inner) =>
        Gen.Select(AnyName, inner).Array[0, 5].Select(members =>
        {
            var result = new JsonObject();
            foreach (var (name, value) in members) result[name] = value?.DeepClone();
            return result;
        });
}
