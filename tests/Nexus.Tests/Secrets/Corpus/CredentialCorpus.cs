using System.Text;
using System.Text.Json.Nodes;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Credentials in documents: names in several languages and spellings, values of all kinds, in all kinds of containers.</summary>
internal static class CredentialCorpus
{
    private const string StrongNames = """
        api_key api_secret secret password passphrase private_key secret_key access_token refresh_token client_secret bot_token webhook_secret
        mnemonic seed_phrase recovery_phrase
        apipass api_passphrase subaccount_password trading_password withdrawal_password pin otp 2fa totp_secret cvv card_number recovery_codes
        session_id cookie authorization credentials
        pwd passwd passcode privkey pvtkey sk encryption_key signing_key master_key
        llave_privada clave_secreta contraseña clave_api frase_semilla senha chave_privada chave_secreta segredo mot_de_passe cle_privee cle_secrete
        passwort geheim privater_schluessel
        kennwort chiave_privata segreto parola пароль секрет ключ приватный_ключ секретный_ключ 密钥 密码 私钥 助记词 パスワード 秘密鍵 비밀번호 비밀키 sifre gizli_anahtar
        haslo klucz_prywatny
        wachtwoord geheime_sleutel таємний_ключ
        """;

    private const string Vendors = "okx binance bybit kucoin bitget kraken coinbase gate mexc telegram discord wallet proxy alpaca smtp metamask " +
        "phantom";

    public static CorpusCase Draw(int seed)
    {
        var r = new CorpusRandom(seed);
        return r.Next(0, 12) switch
        {
            0 or 1 => SelfEvident(r),
            2 or 3 => Named(r),
            4 or 5 => Beside(r),
            6 => InAccounts(r),
            7 => AsPair(r),
            8 => AsList(r),
            9 => AsNumber(r),
            10 => Vendor(r),
            _ => Spelled(r),
        };
    }

    private static CorpusCase SelfEvident(CorpusRandom r)
    {
        var value = CredentialValues.SelfEvident(r);
        var name = r.WordOf("note comment info extra misc main setting x foo target url endpoint backup_data description memo1 stuff");
        return Case($"{name}: {value}", Surround(r, new JsonObject { [name] = value }), name);
    }

    private static CorpusCase Named(CorpusRandom r)
    {
        var name = r.WordOf(StrongNames);
        var value = CredentialValues.Hidden(r);
        return Nested(r, $"{name}: {value}", name, value);
    }

    private static CorpusCase Spelled(CorpusRandom r)
    {
        var name = Respell(r, r.WordOf("api_key api_secret secret_key private_key access_token client_secret password bot_token"));
        var value = CredentialValues.Hidden(r);
        return Nested(r, $"{name}: {value}", name, value);
    }

    private static CorpusCase Beside(CorpusRandom r)
    {
        var vendor = r.WordOf(Vendors);
        var name = r.WordOf("key phrase memo code pass words passwd uid account_code tag2 field3 extra whatever unlock user k1 part_b");
        var credentials = new JsonObject { ["secret"] = CredentialValues.Password(r), [name] = CredentialValues.Hidden(r) };
        if (r.Chance(50)) credentials["symbol"] = "BTCUSDT";
        if (r.Chance(50)) credentials["testnet"] = false;
        return Case($"{vendor}.{name}: {credentials[name]} beside a secret", Surround(r, new JsonObject { [vendor] = credentials }), vendor, name);
    }

    private static CorpusCase Vendor(CorpusRandom r)
    {
        var vendor = r.WordOf(Vendors);
        var name = r.WordOf("key phrase pass passphrase memo code");
        return Case($"{vendor}.{name}",
            Surround(r, new JsonObject { [vendor] = new JsonObject { [name] = r.Of(r.Uuid().ToString(), r.Letters(20), r.Hex(24)) } }), vendor, name);
    }

    private static CorpusCase InAccounts(CorpusRandom r)
    {
        var list = r.WordOf("accounts exchanges wallets brokers subaccounts connections cuentas");
        var name = r.WordOf("key apiKey secret passphrase privateKey password pin");
        var account = new JsonObject
        {
            ["name"] = "Main",
            ["exchange"] = r.WordOf("okx binance"),
            ["secret"] = CredentialValues.Password(r),
            [name] = CredentialValues.Hidden(r),
            ["enabled"] = true
        };
        return Case($"{list}[0].{name}: {account[name]}", Surround(r, new JsonObject { [list] = new JsonArray(account) }), list, 0, name);
    }

    private static CorpusCase AsPair(CorpusRandom r)
    {
        var name = r.WordOf("api_secret password apiKey X-API-KEY Authorization private_key client_secret");
        JsonNode value = CredentialValues.Password(r);
        if (r.Chance(30)) return Case($"[{name}, {value}]",
            new JsonObject { ["entries"] = new JsonArray(new JsonArray("mode", "live"), new JsonArray(name, value)) }, "entries", 1, 1);
        var (label, holder) = r.Of(("name", "value"), ("key", "value"), ("field", "data"), ("header", "value"), ("k", "v"), ("param", "val"));
        var pairs = new JsonArray(new JsonObject { [label] = "leverage", [holder] = 5 }, new JsonObject { [label] = name, [holder] = value });
        return Case($"{label} {name}, {holder} {value}", Surround(r, new JsonObject { ["params"] = pairs }), "params", 1, holder);
    }

    private static CorpusCase AsList(CorpusRandom r)
    {
        switch (r.Next(0, 5))
        {
            case 0:
                return Nested(r, "bytes", r.WordOf("privateKey secretKey keypair wallet solana data"),
                new JsonArray([.. r.Bytes(64).Select(b => (JsonNode)(int)b)]));
            case 1:
                return Nested(r, "words", r.WordOf("words mnemonic phrase backup list"),
                new JsonArray([.. CredentialValues.Phrase(r).Select(word => (JsonNode)word)]));
            case 2:
                return Nested(r, "key, secret, passphrase", r.WordOf("kucoin okx bitget"),
                new JsonArray(r.Hex(24), r.Uuid().ToString(), CredentialValues.Password(r)));
            case 3:
                return Nested(r, "codes", r.WordOf("recovery_codes backup_codes api_keys tokens_secret passwords"),
                new JsonArray(r.Letters(10), r.Letters(10)));
            default: return Nested(r, "numbers", r.WordOf("pins password otp_codes"), new JsonArray(r.Next(1000, 9999), r.Next(1000, 9999)));
        }
    }

    private static CorpusCase AsNumber(CorpusRandom r)
    {
        var name = r.WordOf("password pin otp passcode cvv secret trading_pin numeric_password clave contraseña senha пароль 密码 card_number");
        return Nested(r, name, name, r.Next(1000, 99_999_999));
    }

    private static CorpusCase Nested(CorpusRandom r, string what, string name, JsonNode value)
    {
        var inner = new JsonObject { [name] = value };
        return r.Next(0, 3) switch
        {
            0 => Case(what, Surround(r, inner), name),
            1 => Case(what, Surround(r, new JsonObject { ["extra"] = new JsonObject { ["deep"] = inner } }), "extra", "deep", name),
            _ => Case(what, new JsonObject { ["items"] = new JsonArray(inner) }, "items", 0, name),
        };
    }

    /// <summary>What a session's config holds beside it.</summary>
    private static JsonObject Surround(CorpusRandom r, JsonObject inner)
    {
        var document = new JsonObject
        {
            ["mode"] = r.WordOf("WATCHER COPILOT PILOT"),
            ["leverage"] = r.Next(1, 20),
            ["strategies"] = new JsonObject { ["TREND"] = true }
        };
        foreach (var (name, value) in inner.ToArray())
        {
            inner.Remove(name);
            document[name] = value;
        }
        return document;
    }

    private static string Respell(CorpusRandom r, string name)
    {
        var words = name.Split('_');
        string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
        return r.Next(0, 14) switch
        {
            0 => words[0] + string.Concat(words.Skip(1).Select(Capital)),
            1 => string.Concat(words.Select(Capital)),
            2 => name.ToUpperInvariant(),
            3 => string.Join('-', words).ToUpperInvariant(),
            4 => string.Join('.', words),
            5 => string.Join(' ', words),
            6 => string.Concat(words),
            7 => name + r.Next(1, 9),
            8 => name.Replace('e', '3'),
            9 => name.Replace('a', 'а'),
            10 => name.Insert(2, "\u200B"),
            11 => name + r.WordOf("_backup _old _prod _2 _binance _main"),
            12 => r.WordOf("my_ binance_ old_ main_ okx. ") + name,
            _ => string.Concat(name.Select(c => c == '_' ? c : (char)(c + 0xFEE0))),
        };
    }

    private static CorpusCase Case(string what, JsonObject document, params object[] path) => new(what, document, path);
}
