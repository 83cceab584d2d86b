using System.Text.Json.Nodes;
using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Documents written by hand. <c>@</c> in a value stands for a random key of 20 characters, so that none is in the repository.</summary>
public sealed class KnownCasesTests
{
    private readonly DocumentSealer _documents = new(NewSealer());

    public static TheoryData<string, string> Credentials => new()
    {
        { """{"okx":{"key":"3f1c9a52-7d84-4b0e-9c61-2ab8e7d05f44","secret":"s"}}""", "/okx/key" },
        { """{"okx":{"key":"3f1c9a52-7d84-4b0e-9c61-2ab8e7d05f44"}}""", "/okx/key" },
        { """{"okx.phrase":"my words"}""", "/okx.phrase" },
        { """{"okx":{"phrase":"my words"}}""", "/okx/phrase" },
        { """{"apipass":"hunter"}""", "/apipass" },
        { """{"apiPassphrase":"hunter"}""", "/apiPassphrase" },
        { """{"subaccount password":"hunter"}""", "/subaccount password" },
        { """{"password":123456}""", "/password" },
        { """{"pin":1234}""", "/pin" },
        { """{"2fa":"123456"}""", "/2fa" },
        { """{"llave_privada":"abc"}""", "/llave_privada" },
        { """{"x":{"name":"api_secret","value":"abc"}}""", "/x/value" },
        { """{"x":"{\"api_secret\":\"abc\"}"}""", "/x" },
        { """{"x":"\"{\\\"api_secret\\\":\\\"abc\\\"}\""}""", "/x" },
        { """{"note":"login bot password: hunter2"}""", "/note" },
        { """{"note":"API_SECRET=abc\nMODE=live"}""", "/note" },
        { """{"note":"mi clave: gatito7"}""", "/note" },
        { """{"note":"<password>hunter2</password>"}""", "/note" },
        { """{"note":"run --api-key @ now"}""", "/note" },
        { """{"аpi_key":"abc"}""", "/аpi_key" },
        { """{"API-KEY":"abc"}""", "/API-KEY" },
        { """{"api.key":"abc"}""", "/api.key" },
        { """{"apikey2":"abc"}""", "/apikey2" },
        { """{"p4ssw0rd":"abc"}""", "/p4ssw0rd" },
        { """{"pa$$word":"abc"}""", "/pa$$word" },
        { """{"aPiKeY":"abc"}""", "/aPiKeY" },
        { """{"ａｐｉ＿ｋｅｙ":"abc"}""", "/ａｐｉ＿ｋｅｙ" },
        { """{"passwd":"a"}""", "/passwd" },
        { """{"pwd":"a"}""", "/pwd" },
        { """{"pw":"a"}""", "/pw" },
        { """{"psw":"a"}""", "/psw" },
        { """{"pass_phrase":"a"}""", "/pass_phrase" },
        { """{"privkey":"a"}""", "/privkey" },
        { """{"pvtkey":"a"}""", "/pvtkey" },
        { """{"sk":"a"}""", "/sk" },
        { """{"secretKey_backup":"a"}""", "/secretKey_backup" },
        { """{"encKey":"a"}""", "/encKey" },
        { """{"mnemonic_backup":"a"}""", "/mnemonic_backup" },
        { """{"clave_secreta":"a"}""", "/clave_secreta" },
        { """{"contraseña":"a"}""", "/contraseña" },
        { """{"senha":"a"}""", "/senha" },
        { """{"mot_de_passe":"a"}""", "/mot_de_passe" },
        { """{"Passwort":"a"}""", "/Passwort" },
        { """{"geheim":"a"}""", "/geheim" },
        { """{"пароль":"a"}""", "/пароль" },
        { """{"ключ":"abc1"}""", "/ключ" },
        { """{"密钥":"a"}""", "/密钥" },
        { """{"密码":"a"}""", "/密码" },
        { """{"كلمة_المرور":"a"}""", "/كلمة_المرور" },
        { """{"비밀번호":"a"}""", "/비밀번호" },
        { """{"パスワード":"a"}""", "/パスワード" },
        { """{"şifre":"a"}""", "/şifre" },
        { """{"hasło":"a"}""", "/hasło" },
        { """{"wachtwoord":"a"}""", "/wachtwoord" },
        { """{"cvv":123}""", "/cvv" },
        { """{"card_number":4111111111111111}""", "/card_number" },
        { """{"iban":"ES9121000418450200051332"}""", "/iban" },
        { """{"x":"4111 1111 1111 1111"}""", "/x" },
        { """{"recovery_codes":["abcd-1234","efgh-5678"]}""", "/recovery_codes" },
        { """{"headers":{"Authorization":"x"}}""", "/headers/Authorization" },
        { """{"headers":[["Accept","json"],["X-API-KEY","abc"]]}""", "/headers/1/1" },
        { """{"headers":["X-MBX-APIKEY","abc123"]}""", "/headers/1" },
        { """{"header":"Cookie: session=abc123"}""", "/header" },
        { """{"h":"Authorization: Basic dXNlcjpwYXNz"}""", "/h" },
        { """{"hook":"https://hooks.example.com/webhook/3f1c9a52-7d84-4b0e-9c61-2ab8e7d05f44"}""", "/hook" },
        { """{"tv":"{\"passphrase\":\"abc\",\"ticker\":\"BTC\"}"}""", "/tv" },
        { """{"telegram":{"api_id":12345,"api_hash":"abc"}}""", "/telegram/api_hash" },
        { """{"smtp":{"host":"h","user":"u@example.com","password":"p"}}""", "/smtp/password" },
        { """{"login":{"username":"me","password":"p","answer":"blue sky"}}""", "/login/answer" },
        { """{"wallet":{"words":"one two"}}""", "/wallet/words" },
        { """{"crypto":{"ciphertext":"ab","kdf":"scrypt"}}""", "/crypto/ciphertext" },
        { """{"keys":{"binance":"@","okx":"@"}}""", "/keys/binance" },
        { """{"kucoin":["@","@","abc"]}""", "/kucoin" },
        { """{"proxies":["bot:pw:10.0.0.1:8080"]}""", "/proxies/0" },
        { """{"proxies":["10.0.0.1:8080@bot:pw"]}""", "/proxies/0" },
        { """{"dsn":"redis://:pw@cache.example.com:6379/0"}""", "/dsn" },
        { """{"url":"https://x.example.com/?key=@"}""", "/url" },
        { """{"sid":"abc123def"}""", "/sid" },
        { """{"wallets":[{"name":"a","address":"x","key":"@"}]}""", "/wallets/0/key" },
        { """{"accounts":{"main":{"apiKey":"a","secret":"b","uid":"x7Kq9mW2"}}}""", "/accounts/main/uid" },
        { """{"binance":"@"}""", "/binance" },
    };

    public static TheoryData<string, string> Settings => new()
    {
        { """{"accounts":{"main":{"apiKey":"a","secret":"b","uid":"12345678"}}}""", "/accounts/main/uid" },
        { """{"okx":{"apiKey":"a","secret":"b","mode":"cross"}}""", "/okx/mode" },
        { """{"okx":{"apiKey":"a","secret":"b","leverage":5}}""", "/okx/leverage" },
        { """{"okx":{"apiKey":"a","secret":"b","password":null}}""", "/okx/password" },
        { """{"okx":{"apiKey":"a","secret":"b","testnet":true}}""", "/okx/testnet" },
        { """{"okx":{"apiKey":"a","secret":"b","label":"Main account"}}""", "/okx/label" },
        { """{"accounts":[{"id":"acc-1","name":"Main","exchange":"okx","apiKey":"a"}]}""", "/accounts/0/id" },
        { """{"proxy":{"host":"10.0.0.1","port":8080,"password":"p"}}""", "/proxy/port" },
        { """{"token_symbol":"USDT"}""", "/token_symbol" },
        { """{"token_address":"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"}""", "/token_address" },
        { """{"token":"USDT"}""", "/token" },
        { """{"token":{"symbol":"USDT","decimals":6}}""", "/token/decimals" },
        { """{"sort_key":"entry_time"}""", "/sort_key" },
        { """{"key_levels":[64250.5,61000]}""", "/key_levels" },
        { """{"pin_bar":true,"pin_bar_ratio":0.6}""", "/pin_bar_ratio" },
        { """{"pass_rate":0.8}""", "/pass_rate" },
        { """{"auth_mode":"oauth2"}""", "/auth_mode" },
        { """{"max_tokens":4096}""", "/max_tokens" },
        { """{"openai":{"api_key":"a","max_tokens":4096,"model":"gpt-4o-mini","temperature":0.2}}""", "/openai/model" },
        { """{"tokens":4096}""", "/tokens" },
        { """{"seed":42}""", "/seed" },
        { """{"phrase":"hola mundo"}""", "/phrase" },
        { """{"key":"leverage","value":5}""", "/value" },
        { """{"key":"leverage","value":5}""", "/key" },
        { """{"keys":["symbol","password"]}""", "/keys" },
        { """{"password_policy":"strong"}""", "/password_policy" },
        { """{"has_password":true}""", "/has_password" },
        { """{"api_key_name":"binance main"}""", "/api_key_name" },
        { """{"orders":{"BTC":"0x9fc76417374aa880d4449a1f7f31ec597f00b1f6f3dd2d66f4c9c6c445836d8b"}}""", "/orders/BTC" },
        { """{"url":"https://etherscan.io/tx/0x9fc76417374aa880d4449a1f7f31ec597f00b1f6f3dd2d66f4c9c6c445836d8b"}""", "/url" },
        { """{"url":"https://etherscan.io/token/0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48?a=1"}""", "/url" },
        { """{"note":"the key: be patient and wait"}""", "/note" },
        { """{"note":"Secret: never chase a candle, wait for the close"}""", "/note" },
        { """{"note":"meeting at 10:30@office"}""", "/note" },
        { """{"mail":"mailto:someone@example.com"}""", "/mail" },
        { """{"image":"ghcr.io/nexus/bot@sha256:9fc76417374aa880d4449a1f7f31ec597f00b1f6f3dd2d66f4c9c6c445836d8b"}""", "/image" },
        { """{"strategies":{"TREND":true,"pin_bar_reversal":false}}""", "/strategies/TREND" },
        { """{"telegram":{"chat_id":123456789,"parse_mode":"HTML","bot_token":"a"}}""", "/telegram/parse_mode" },
        { """{"cron":"0 */4 * * *"}""", "/cron" },
        { """{"password":""}""", "/password" },
        { """{"secret":null}""", "/secret" },
        { """{"secret":false}""", "/secret" },
        { """{"headers":[{"name":"Accept","value":"application/json"},{"name":"Authorization","value":"Bearer x"}]}""", "/headers/0/value" },
    };

    [Theory]
    [MemberData(nameof(Credentials))]
    public void Credentials_are_sealed(string json, string pointer)
    {
        var accepted = Accept(json);
        Assert.Contains(DocumentSealer.SealedValues(accepted), value => value.Pointer == pointer);
        Assert.True(JsonNode.DeepEquals(Parsed(Utf8(Drawn(json))), Parsed(_documents.Open(Config, accepted)))
            || json.Contains('@', StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Settings_stay_readable(string json, string pointer) =>
        Assert.DoesNotContain(DocumentSealer.SealedValues(Accept(json)), value => pointer == value.Pointer
            || pointer.StartsWith($"{value.Pointer}/", StringComparison.Ordinal)
            || value.Pointer.StartsWith($"{pointer}/", StringComparison.Ordinal));

    /// <summary>A number comes back as it was written, and a list as the list that it was.</summary>
    [Theory]
    [InlineData("""{"pin":1234,"password":1.50e+3,"otp":-0}""")]
    [InlineData("""{"privateKey":[1,2,[3,"x"],null,true,"\"\\"]}""")]
    [InlineData("""{"secrets":[[1,2],[3]],"mnemonic":["a","b"]}""")]
    public void Numbers_and_lists_open_as_what_they_were(string json)
    {
        var accepted = Accept(json);
        Assert.DoesNotContain(DocumentSealer.SealedValues(accepted), value => value.Pointer.Count(c => c == '/') > 1);
        Assert.Equal(json, Text(_documents.Open(Config, accepted)));
        Assert.Equal(Text(accepted), Text(_documents.Accept(Config, accepted, Rules)));
    }

    [Theory]
    [InlineData("x\u0000")]
    [InlineData("\u00005")]
    public void No_text_passes_for_a_sealed_number(string text) =>
        Assert.Throws<NexusValidationException>(() => _documents.Accept(Config, Utf8(new JsonObject { ["password"] = text }.ToJsonString()), Rules));

    [Theory]
    [InlineData("""{"AKIA2345672345672345":"prod"}""")]
    [InlineData("""{"a":{"legal winner thank year wave sausage worth useful legal winner thank yellow":1}}""")]
    [InlineData("""{"http://user:pass@proxy.example.com:8080":true}""")]
    [InlineData("""{"********q83vEjRWeJCrze8SNFZ4kA":1}""")]
    public void A_secret_as_a_property_name_is_refused(string json) =>
        Assert.Contains("names are not encrypted", Assert.Throws<NexusValidationException>(() => Accept(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"0x9fc76417374aa880d4449a1f7f31ec597f00b1f6f3dd2d66f4c9c6c445836d8b":{"side":"LONG"}}""")]
    [InlineData("""{"550e8400-e29b-41d4-a716-446655440000":1,"BTC/USDT:USDT":2,"EMA_CROSS_20_50_RSI_FILTER_V2_AGGRESSIVE":true}""")]
    public void Ids_and_symbols_are_property_names(string json) => Assert.Equal(json, Text(Accept(json)));

    [Theory]
    [InlineData("stop loss hit", "stop loss hit")]
    [InlineData("exchange said no: https://u:p@h.example.com/x at 64250", "exchange said no: ******** at 64250")]
    [InlineData("password: hunter2", "********")]
    public void Free_texts_lose_their_secrets_and_keep_the_rest(string text, string expected) => Assert.Equal(expected, RedactedText.From(text));

    private byte[] Accept(string json) => _documents.Accept(Config, Utf8(Drawn(json)), Rules);

    private static string Drawn(string json)
    {
        var random = new CorpusRandom(json.Length);
        return json.Contains("example.com", StringComparison.Ordinal) && !json.Contains("?key=", StringComparison.Ordinal)
            || json.Contains("@sha256", StringComparison.Ordinal) || json.Contains("@bot", StringComparison.Ordinal)
            || json.Contains("@office", StringComparison.Ordinal)
            ? json
            : string.Concat(json.Select(c => c == '@' ? random.Letters(20) : c.ToString()));
    }
}
