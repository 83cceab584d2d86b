using System.Collections.Frozen;

namespace Nexus.Secrets;

/// <summary>Names that hold secrets. A name is cut into words first, so that <c>binance_api_key</c>, <c>binanceApiKey</c> and <c>BINANCE-API-KEY</c> are one.</summary>
internal static class SecretNames
{
    /// <summary>Secret wherever the word stands: <c>secret_key</c>, <c>client_secret</c>, <c>smtp_password_2</c>.</summary>
    private static readonly FrozenSet<string> Always = Words("""
        secret secrets password passwords passwd pwd passphrase passphrases passcode mnemonic mnemonics credential credentials cred creds
        jwt bearer authorization otp totp cookie cookies
        clave claves contrasena contraseña contraseñas secreto secretos credencial credenciales
        """);

    /// <summary>Secret as the last word: <c>auth</c>, <c>db_pass</c>, <c>trading_pin</c>.</summary>
    private static readonly FrozenSet<string> Last = Words("token seed pass auth pin semilla");

    /// <summary>Secret where the two stand side by side: <c>api_key_id</c>, <c>seed_phrase_backup</c>, <c>api_tokens</c>.</summary>
    private static readonly FrozenSet<string> Pairs = Words("""
        api+key api+keys private+key private+keys priv+key secret+key secret+keys access+key access+keys signing+key encryption+key master+key
        api+token api+tokens access+token access+tokens auth+token auth+tokens bot+token bot+tokens refresh+token refresh+tokens bearer+tokens
        seed+phrase seed+phrases seed+words seed+key recovery+phrase recovery+words recovery+codes backup+codes
        """);

    /// <summary>Ends of words written without a gap: <c>apikey</c>, <c>binanceapisecret</c>, <c>accesstoken</c>.</summary>
    private static readonly string[] Ends =
        ["apikey", "apikeys", "secret", "secretkey", "accesskey", "privatekey", "privkey", "password", "passphrase", "seedphrase", "token"];

    /// <summary>
    /// Any <c>something_key</c> is a secret (exchanges and services are too many to list) but for these, which name something that identifies or opens
    /// nothing: <c>sort_key</c>, <c>primary_key</c>, <c>public_key</c>.
    /// </summary>
    private static readonly FrozenSet<string> HarmlessKeys = Words("""
        public primary foreign partition sort cache group hash range unique index lookup map dict row column table field record object parent child
        root composite natural surrogate candidate shard routing dedup dedupe idempotency correlation lock redis storage bucket file
        job task event message metric label tag lang language locale translation i18n name display order filter search join
        symbol asset pair ticker coin market strategy timeframe interval indicator signal position trade config setting settings option param parameter
        feature flag state session chat user hot shortcut menu button callback keyboard data json enum registry path
        """);

    /// <summary>Coins and flows, not credentials: <c>base_token: "ETH"</c>.</summary>
    private static readonly FrozenSet<string> HarmlessTokens =
        Words("base quote native gas fee reward lp input output buy sell stable wrapped governance staking trading settlement collateral margin");

    private static readonly FrozenSet<string> HarmlessSeeds = Words("random rng np numpy torch shuffle");
    private static readonly FrozenSet<string> HarmlessPasses = Words("high low band all by second first");

    /// <summary>For names without a gap such as <c>alpacakey</c>, where <c>monkey</c> must stay readable.</summary>
    private static readonly FrozenSet<string> Exchanges = Words("""
        alpaca binance binanceus bybit kraken coinbase okx okex kucoin bitget gate gateio huobi htx mexc bitfinex bitstamp gemini deribit bitmex dydx
        hyperliquid ibkr oanda tradier poloniex bittrex upbit bithumb phemex bingx cryptocom whitebit bitmart bitvavo polygon finnhub openai telegram
        """);

    /// <summary>Say which one, not what: <c>telegram_token_test</c> is a token.</summary>
    private static readonly FrozenSet<string> Qualifiers = Words("""
        old new prev previous current backup main default test testnet mainnet demo paper live prod production dev sandbox plain raw enc encrypted
        """);

    /// <summary>Whether a field of this name holds a secret.</summary>
    public static bool IsSecret(string name)
    {
        var words = NameWords.Split(name);
        while (words.Count > 1 && Qualifiers.Contains(words[^1])) words.RemoveAt(words.Count - 1);
        for (var i = 0; i < words.Count; i++)
        {
            if (Always.Contains(words[i]) || (i > 0 && Pairs.Contains($"{words[i - 1]}+{words[i]}"))) return true;
        }
        return words.Count > 0 && IsSecretLast(words[^1], words.Count > 1 ? words[^2] : null);
    }

    private static bool IsSecretLast(string last, string? before) => last switch
    {
        "token" => before is null || !HarmlessTokens.Contains(before),
        "seed" => before is null || !HarmlessSeeds.Contains(before),
        "pass" => before is null || !HarmlessPasses.Contains(before),
        "key" or "keys" => before is not null && !HarmlessKeys.Contains(before),
        _ => Last.Contains(last)
            || Ends.Any(end => last.EndsWith(end, StringComparison.Ordinal))
            || (last.EndsWith("key", StringComparison.Ordinal) && Exchanges.Contains(last[..^3])),
    };

    private static FrozenSet<string> Words(string list) => list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
