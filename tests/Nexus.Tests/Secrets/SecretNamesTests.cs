using Nexus.Secrets;

namespace Nexus.Tests.Secrets;

public sealed class SecretNamesTests
{
    public static TheoryData<string> SecretOnes => [.. """
        api_key apikey apiKey API_KEY api-key ApiKey APIKey X-API-KEY api.key apiKeys api_keys binance_api_key binanceApiKey BINANCE_API_KEY
        bybit_api_key
        api_key_2 apiKey1 api_key_old api_key_testnet api_key_id
        api_secret apiSecret apisecret bybit_api_secret alpaca_secret binance_api_secret binanceapisecret secret SECRET secrets client_secret
        secretKey secret_2
        token TOKEN telegram_token telegramToken TELEGRAM_TOKEN access_token accessToken accesstoken bot_token refresh_token auth-token token_2
        telegram_token_test
        api_tokens access_tokens tokenSecret
        password PASSWORD db_password dbPassword smtp_password_2 passwd pwd passphrase okx_passphrase passcode user_pass pass
        private_key privateKey privatekey privkey wallet_private_key rsaPrivateKey private_key_pem
        mnemonic mnemonics wallet_mnemonic seed seed_phrase seedPhrase wallet_seed recovery_phrase
        credential credentials exchange_credentials creds awsCredentials
        alpaca_key alpacaKey alpacakey binance_key bybit_key kraken_key okx_key coinbase_key openai_key some_exchange_key exchange_keys encryption_key
        signing_key
        authorization jwt bearer session_cookie otp_code totp auth pin
        clave clave_api contraseña contrasena secreto
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    public static TheoryData<string> OrdinaryOnes => [.. """
        mode leverage max_leverage_allowed max_capital_pct stop_loss_pct tp_ratio atr_multiplier trailing_enabled primary_exchange personality
        sentiment_filter
        circuit_breaker_enabled strategies groups disabled_assets use_kelly_criterion kelly_fraction win_rate_est risk_reward_est
        enabled_strategies group_config module_assets session_config _AI_FILTER timezone language name description symbol chat_id telegram_id
        http_proxy https_proxy proxy_url webhook_url database_url
        tokens max_tokens maxTokens token_symbol tokenSymbol token_address token_count base_token quote_token gas_token tokenizer
        key keys sort_key sortKey primary_key primaryKey foreign_key partition_key cache_key hot_key public_key publicKey symbol_keys keyboard keyword
        monkey turkey whiskey donkey key_levels keyLevels
        secretary passive passenger bypass high_pass lowPass compass seeding random_seed seeds author authors spin pinned shopping
        personality_traits passing_score tokenomics
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    [Theory]
    [MemberData(nameof(SecretOnes))]
    public void Names_that_say_secret_are(string name) => Assert.True(SecretFields.IsSecretName(name));

    [Theory]
    [MemberData(nameof(OrdinaryOnes))]
    public void Ordinary_names_are_not(string name) => Assert.False(SecretFields.IsSecretName(name));

    [Theory]
    [InlineData("")]
    [InlineData("_")]
    [InlineData("__--..")]
    [InlineData("42")]
    [InlineData("日本")]
    [InlineData("\uFFFD")]
    public void Names_without_words_are_not(string name) => Assert.False(SecretFields.IsSecretName(name));

    [Fact]
    public void The_answer_is_the_same_the_second_time_and_for_long_names()
    {
        foreach (var name in new[] { "api_key", "mode", new string('x', 500) + "_token", new string('x', 500) })
        {
            Assert.Equal(SecretFields.IsSecretName(name), SecretFields.IsSecretName(name));
        }
        Assert.True(SecretFields.IsSecretName(new string('x', 500) + "_token"));
    }

    [Theory]
    [InlineData("config", NameKind.Neutral)]
    [InlineData("api_key", NameKind.Neutral)]
    [InlineData("value/telegram_token", NameKind.Token)]
    [InlineData("value/exchanges/binance_api_key", NameKind.Secret)]
    [InlineData("value/limits", NameKind.Neutral)]
    public void A_place_is_secret_by_the_names_behind_its_column(string field, object expected) =>
        Assert.Equal(expected, SecretFields.KindOfPlace(field));
}
