using System.Collections.Frozen;

namespace Nexus.Audit;

/// <summary>Whether the name of a column or key indicates a secret.</summary>
internal static class SecretName
{
    /// <summary>Passwords in the languages of those who name columns: what is short or numeric counts under these.</summary>
    private static readonly FrozenSet<string> PasswordWords = Set("""
        password passwords passwd passwrd pwd pass passphrase passphrases passcode pin pins phrase apipass apipassphrase apipassword tradepassword
        tradingpassword
        clave claves contrasena contrasenas contrasenia senha senhas passwort passworter kennwort wachtwoord parola haslo sifre parol sandi losenord
        lozinka jelszo heslo
        motdepasse mdp пароль пароли 密码 口令 パスワード 비밀번호
        """);

    /// <summary>Secret wherever the word stands.</summary>
    private static readonly FrozenSet<string> Always = Set("""
        secret secrets mnemonic mnemonics credential credentials cred creds jwt bearer authorization otp totp 2fa twofa mfa cookie cookies
        secreto secretos segredo segredos segreto segreti geheim geheimnis credencial credenciales credenciais zugangsdaten identifiants sekret секрет
        секреты
        llaveprivada claveprivada 密钥 私钥 秘钥 助记词 秘密鍵 秘密键 비밀키 시크릿
        """);

    /// <summary>Secret as the last word.</summary>
    private static readonly FrozenSet<string> Last = Set("token tokens seed auth semilla semente jeton токен ключ кодовое");

    /// <summary>A key in other languages: secret unless it is a table's.</summary>
    private static readonly FrozenSet<string> KeyWords =
        Set("key keys llave llaves chave chaves cle cles schlussel schluessel chiave chiavi klucz anahtar sleutel nyckel kunci");

    private static readonly FrozenSet<string> Pairs = Set("""
        api+key api+keys private+key private+keys priv+key secret+key secret+keys access+key access+keys signing+key encryption+key master+key api+id
        key+id
        api+token api+tokens access+token access+tokens auth+token auth+tokens bot+token bot+tokens refresh+token refresh+tokens session+token
        seed+phrase seed+phrases seed+words seed+key recovery+phrase recovery+words recovery+codes backup+codes backup+phrase frase+semilla
        frases+semilla palabras+semilla frase+secreta
        llaves+api llave+privada clave+privada chave+privada cle+privee chiave+privata llave+api clave+api chave+api kata+sandi mot+passe
        wallet+phrase
        """);

    private static readonly string[] Ends =
        ["apikey", "apikeys", "secret", "secretkey", "accesskey", "privatekey", "privkey", "password", "passphrase", "seedphrase", "token",
            "passwort", "kennwort", "schlussel", "schluessel", "mnemonic"];

    /// <summary>Keys that open nothing.</summary>
    private static readonly FrozenSet<string> HarmlessBeforeKey = Set("""
        public primary foreign partition sort cache group hash range unique index lookup map dict row column table field record object parent child
        root composite natural surrogate candidate shard routing
        dedup dedupe idempotency correlation lock redis storage bucket file job task event message metric label tag lang language locale translation
        i18n name display order filter search join symbol asset
        pair ticker coin market strategy timeframe interval indicator signal position trade config setting settings option param parameter feature
        flag state session chat user hot shortcut menu button
        callback keyboard data json enum registry path primaria publica foranea
        """);

    private static readonly FrozenSet<string> HarmlessBeforeToken =
        Set("base quote native gas fee reward lp input output buy sell stable wrapped governance staking trading settlement collateral margin max "
        + "min total prompt completion used");

    private static readonly FrozenSet<string> HarmlessBefore = Set("random rng np numpy torch shuffle high low band all by second first");

    /// <summary>What protects or describes a secret, as the last word.</summary>
    private static readonly FrozenSet<string> Harmless = Set("""
        hash hashed digest sha md hmac salt nonce iv fingerprint checksum cipher ciphertext enc encrypted sealed hint mask masked name names type
        types status label prefix version provider kind count counts
        expiry expires expiration at scope scopes enabled disabled algorithm path ref reference length size limit required rotation rotated updated
        created policy url source id_hash alg lifespan lifetime ttl duration seconds minutes hours days time date interval period
        cifrado cifrada resumen huella
        """);

    /// <summary>Words that say wherever they stand that what is stored is not the secret itself.</summary>
    private static readonly FrozenSet<string> Protected =
        Set("encrypted hashed sealed ciphered masked redacted cifrado cifrada cifrados cifradas encriptado encriptada chiffre verschlusselt");

    private static readonly FrozenSet<string> Qualifiers =
        Set("old new prev previous current backup main default test testnet mainnet demo paper live prod production dev sandbox plain raw");

    /// <summary>Where several values together open something: an exchange, a wallet, a messenger, a proxy.</summary>
    private static readonly FrozenSet<string> Services = Set("""
        alpaca binance binanceus bybit kraken coinbase okx okex kucoin bitget gate gateio huobi htx mexc bitfinex bitstamp gemini deribit bitmex dydx
        hyperliquid ibkr oanda tradier poloniex bittrex upbit bithumb
        phemex bingx cryptocom whitebit bitmart bitvavo polygon finnhub openai telegram discord slack twilio wallet solana metamask proxy proxies smtp
        imap exchange exchanges
        """);

    /// <summary>Whether a readable value under that name is a secret.</summary>
    public static bool IsSecret(string name)
    {
        var words = Words.Split(name);
        while (words.Count > 1 && Qualifiers.Contains(words[^1])) words.RemoveAt(words.Count - 1);
        if (words.Count == 0 || (words.Count > 1 && Harmless.Contains(words[^1]) && !IsPair(words, words.Count - 1))) return false;
        if (words.Count > 1 && (words.Exists(Protected.Contains) || IsReference(words[^2], words[^1]))) return false;
        for (var i = 0; i < words.Count; i++)
        {
            if (Always.Contains(words[i]) || IsPair(words, i)
                || (PasswordWords.Contains(words[i]) && !(i > 0 && HarmlessBefore.Contains(words[i - 1]))
                    && (i == words.Count - 1 || words[i].Length > 4))) return true;
        }
        return IsSecretLast(words[^1], words.Count > 1 ? words[^2] : null);
    }

    /// <summary>
    /// Whether nothing but the word key says so, after a word that is neither a service nor known as harmless: <c>ProviderKey</c> and
    /// <c>issue_key</c> name things, <c>maker_key</c> may open something. Only a value that was drawn at random is a secret there.
    /// </summary>
    public static bool IsWeak(string name)
    {
        var words = Words.Split(name);
        while (words.Count > 1 && Qualifiers.Contains(words[^1])) words.RemoveAt(words.Count - 1);
        return words.Count > 1 && KeyWords.Contains(words[^1]) && !IsPair(words, words.Count - 1)
            && !words.Exists(word => Always.Contains(word) || PasswordWords.Contains(word) || Services.Contains(word));
    }

    /// <summary>Whether it names a password or a number like one, which may be short.</summary>
    public static bool IsPassword(string name) => IsSecret(name) && Words.Split(name).Exists(PasswordWords.Contains);

    /// <summary>Whether it names a service whose credentials may lie below without names of their own.</summary>
    public static bool IsService(string name) => Words.Split(name).Exists(Services.Contains);

    /// <summary>Whether it names identifiers that give no access.</summary>
    public static bool IsIdentifiers(string name) =>
        Words.Split(name) is { Count: > 0 } words
            && words.Exists(word => word is "address" or "addresses" or "addr" or "contract" or "public" or "pubkey" or "direccion" or "order"
                or "orders" or "trade" or "trades" or "id" or "ids" or "ref" or "refs" or "uuid" or "uuids" or "tx" or "txid" or "hash" or "hashes"
                    or "client" or "event" or "events" or "position" or "positions");

    /// <summary>The identifier of a credential, such as WebAuthn's.</summary>
    private static bool IsReference(string before, string last) =>
        last is "id" or "ids" or "uuid" && before is "credential" or "credentials" or "cred" or "creds";

    private static bool IsPair(List<string> words, int i) => i > 0 && Pairs.Contains($"{words[i - 1]}+{words[i]}");

    private static bool IsSecretLast(string last, string? before) => last switch
    {
        "token" or "tokens" => before is null ? last == "token" : !HarmlessBeforeToken.Contains(before),
        "seed" => before is null || !HarmlessBefore.Contains(before),
        _ when KeyWords.Contains(last) => before is not null && !HarmlessBeforeKey.Contains(before),
        _ => Last.Contains(last) || Array.Exists(Ends, end => last.EndsWith(end, StringComparison.Ordinal))
            || (last.EndsWith("key", StringComparison.Ordinal) && Services.Contains(last[..^3])),
    };

    private static FrozenSet<string> Set(string list) =>
        list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
