using System.Text.Json;
using Nexus.Secrets;

namespace Nexus.Audit.Tests.Checks;

public sealed class S4Tests
{
    // Made here, so that none of them is anybody's.
    private static readonly string BotToken = "123456789:" + new string('A', 17) + "b-" + new string('9', 16);
    private static readonly string ExchangeKey = string.Concat(Enumerable.Range(0, 64).Select(i => "aZ3kQ9xR7b"[i * 7 % 10]));

    [Fact]
    public async Task Keys_and_tokens_in_columns_and_documents_are_critical_and_no_value_is_shown()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE sessions (chat_id text, api_secret text, note varchar(200), config jsonb, tags text[])");
        await audited.Database.ExecuteAsync(
            "INSERT INTO sessions VALUES ('1', $1, 'use ' || $2, jsonb_build_object('mode', 'PILOT', 'telegram', "
            + "jsonb_build_object('bot_token', $2::text), 'creds', "
            + "jsonb_build_array(jsonb_build_object('exchange_api_key', $1::text))), ARRAY[$2::text])", ExchangeKey, BotToken);
        var result = await audited.CheckAsync("S4");
        result.ExpectFinding(AuditSeverity.Critical, "public.sessions.api_secret");
        result.ExpectFinding(AuditSeverity.Critical, "public.sessions.note");
        result.ExpectFinding(AuditSeverity.Critical, "public.sessions.tags");
        var document = result.ExpectFinding(AuditSeverity.Critical, "public.sessions.config");
        Assert.Contains(document.Evidence, evidence => evidence is { Name: "keys", Words: "bot_token, exchange_api_key" });
        AssertSilent(result, ExchangeKey, BotToken);
    }

    /// <summary>The sample ends before the table does, and the server counts a COPY that is cancelled as a failure.</summary>
    [Fact]
    public async Task A_table_that_is_larger_than_its_sample_is_looked_at()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE events (id int, kind text, body text);
            INSERT INTO events SELECT i, 'opened', repeat('some words of a text. ', 20) FROM generate_series(1, 60000) i;
            CREATE TABLE tokens (id int, api_secret text);
            """);
        await audited.Database.ExecuteAsync("INSERT INTO tokens SELECT i, $1 || i FROM generate_series(1, 200000) i", ExchangeKey);
        var result = await audited.CheckAsync("S4");
        result.ExpectFinding(AuditSeverity.Critical, "public.tokens.api_secret");
        Assert.Empty(result.NotSeen);
    }

    [Fact]
    public async Task A_name_alone_is_high()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE accounts (id int, password text, config json); INSERT INTO accounts VALUES (1, 'hunter2', "
            + "'{\"smtp\":{\"password\":\"letmein please\"}}')");
        var result = await audited.CheckAsync("S4");
        Assert.Equal(AuditConfidence.Inferred, result.ExpectFinding(AuditSeverity.High, "public.accounts.password").Confidence);
        result.ExpectFinding(AuditSeverity.High, "public.accounts.config");
        AssertSilent(result, "hunter2", "letmein");
    }

    [Fact]
    public async Task A_token_used_as_a_key_of_a_document_is_not_shown_either()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE bots (config jsonb)");
        await audited.Database.ExecuteAsync(
            "INSERT INTO bots VALUES (jsonb_build_object($1::text, jsonb_build_object($1::text || '_secret', $1::text)))", BotToken);
        var result = await audited.CheckAsync("S4");
        result.ExpectFinding(AuditSeverity.Critical, "public.bots.config");
        AssertSilent(result, BotToken);
    }

    [Fact]
    public async Task A_hash_beside_its_salt_is_fine_and_a_readable_secret_beside_a_salt_is_not()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE hashed (secret_data text);
            INSERT INTO hashed SELECT json_build_object('value', encode(sha512('p'::bytea), 'base64'), 'salt',
                encode(substr(sha256('s'::bytea), 1, 16), 'base64'))::text;
            CREATE TABLE readable (secret_data text);
            INSERT INTO readable VALUES ('{"salt":"c2FsdHNhbHRzYWx0","value":"correct horse battery"}');
            """);
        var result = await audited.CheckAsync("S4");
        result.ExpectFinding(AuditSeverity.High, "public.readable.secret_data");
        Assert.DoesNotContain(result.Findings, finding => finding.Object == "public.hashed.secret_data");
    }

    [Fact]
    public async Task Hashes_ciphertexts_masks_and_references_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE sessions (chat_id text, api_key text, api_secret text, password text, token_hash text, api_key_encrypted text,
                secret_name text, quote_token text, config jsonb, empty_secret text);
            CREATE TABLE unused (api_key text);
            """);
        // https://github.com/fernet/spec/blob/master/generate.json
        const string fernet = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
        var sealedText = new Sealer(KeyRing.Parse(KeyRing.GenerateKey(), null)).Seal(new SealContext("sessions", "1", "api_key"), ExchangeKey);
        await audited.Database.ExecuteAsync(
            """
            INSERT INTO sessions VALUES ('1', $1, $2, '$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234', repeat('ab12', 16),
                encode(sha256('x'), 'base64'), 'binance main key', 'USDT',
                jsonb_build_object('api_key', $1::text, 'bot_token', $2::text, 'password', '********', 'secret', 'vault:v1:abcdef0123456789', 'order',
                    repeat('0a', 32), 'max_tokens', 4096), ''),
                ('2', '${BINANCE_KEY}', NULL, repeat('0f', 32), NULL, NULL, NULL, 'BTC', '{}', NULL)
            """,
            sealedText, fernet);
        (await audited.CheckAsync("S4")).ExpectOk();
    }

    [Fact]
    public async Task A_document_that_is_one_text_is_judged_by_the_text()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE settings (key text, value jsonb)");
        var sealedText = new Sealer(KeyRing.Parse(KeyRing.GenerateKey(), null)).Seal(new SealContext("system_config", "telegram_token", "value"),
            BotToken);
        await audited.Database.ExecuteAsync("INSERT INTO settings VALUES ('telegram_token', to_jsonb($1::text))", sealedText);
        (await audited.CheckAsync("S4")).ExpectOk();
        await audited.Database.ExecuteAsync("INSERT INTO settings VALUES ('other_token', to_jsonb($1::text))", BotToken);
        var result = await audited.CheckAsync("S4");
        result.ExpectFinding(AuditSeverity.Critical, "public.settings.value");
        AssertSilent(result, BotToken);
    }

    [Fact]
    public async Task Who_may_not_read_is_told_which_rights_are_missing_and_hidden_columns_are_no_error()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE sessions (chat_id text, api_secret text); INSERT INTO sessions VALUES ('1', 'plain-key-000000001')");
        var user = await audited.CreateRoleAsync("GRANT pg_monitor TO {0}", "GRANT SELECT (chat_id) ON sessions TO {0}");
        (await audited.CheckAsync("S4", user: user)).ExpectSkipped("GRANT SELECT ON public.sessions");
        await audited.Database.ExecuteAsync($"GRANT SELECT ON sessions TO {user}");
        (await audited.CheckAsync("S4", user: user)).ExpectFinding(AuditSeverity.Critical);
        await audited.Database.ExecuteAsync("ALTER TABLE sessions ENABLE ROW LEVEL SECURITY");
        (await audited.CheckAsync("S4", user: user)).ExpectSkipped();
    }

    [Theory]
    [InlineData("senha", "hunter2", SecretKind.Named)]
    [InlineData("Passwort", "geheim99", SecretKind.Named)]
    [InlineData("llave_privada", "abcdefgh12345678", SecretKind.Shaped)]
    [InlineData("contraseña", "hunter2", SecretKind.Named)]
    [InlineData("密码", "hunter2", SecretKind.Named)]
    [InlineData("note", "login with password: hunter2 please", SecretKind.Named)]
    [InlineData("note", "password: required", SecretKind.None)]
    [InlineData("proxy", "user:pa55:proxy.example.com:8080", SecretKind.Shaped)]
    [InlineData("url", "https://rpc.example.com/v2?apikey=abcdef0123456789", SecretKind.Shaped)]
    [InlineData("mnemonic", "LEGAL WINNER THANK YEAR WAVE SAUSAGE WORTH USEFUL LEGAL WINNER THANK YELLOW", SecretKind.Shaped)]
    [InlineData("seed_phrase", "1. legal 2. winner 3. thank 4. year 5. wave 6. sausage 7. worth 8. useful 9. legal 10. winner 11. thank 12. yellow",
        SecretKind.Shaped)]
    [InlineData("strategy", "emaCross20WithRSIFilterV2", SecretKind.None)]
    [InlineData("timezone", "America/Argentina/Buenos_Aires", SecretKind.None)]
    [InlineData("cron", "*/5 * * * *", SecretKind.None)]
    [InlineData("token_symbol", "SOLUSDT0123456789", SecretKind.None)]
    [InlineData("sort_key", "created_at_desc_0001", SecretKind.None)]
    [InlineData("api_key", "nx1.k1.AAAA", SecretKind.None)]
    [InlineData("password", "5f4dcc3b5aa765d61d8327deb882cf99", SecretKind.None)]
    [InlineData("api_secret", "5f4dcc3b5aa765d61d8327deb882cf99", SecretKind.Shaped)]
    [InlineData("mnemonic", "legal winner thank year wave sausage worth useful legal winner thank yellow", SecretKind.Shaped)]
    [InlineData("token", "BTC", SecretKind.None)]
    [InlineData("ProviderKey", "108234567890123456789", SecretKind.None)]
    [InlineData("ExternalKey", "EXT-000000000042", SecretKind.None)]
    [InlineData("issue_key", "PROJECT-2026-000042", SecretKind.None)]
    [InlineData("s3_key", "backups/2026-01-01/db-0000000001.dump", SecretKind.None)]
    [InlineData("blob_key", "3f1c9a52-7d84-4b0e-9c61-2ab8e7d05f44", SecretKind.None)]
    [InlineData("ssh_key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPxyz0123456789", SecretKind.None)]
    [InlineData("tls_key", "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", SecretKind.None)]
    [InlineData("credential_id", "AbCdEf0123456789AbCdEf", SecretKind.None)]
    [InlineData("encrypted_otp_secret", "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNF", SecretKind.None)]
    [InlineData("maker_key", "q83vASNFZ4mrze8BI0VniavN7wEjRWeJ", SecretKind.Shaped)]
    [InlineData("maker_key", "5f4dcc3b5aa765d61d8327deb882cf99", SecretKind.Shaped)]
    [InlineData("binance_key", "short-one", SecretKind.Named)]
    [InlineData("okx_main_key", "3f1c9a52-7d84-4b0e-9c61-2ab8e7d05f44", SecretKind.Shaped)]
    [InlineData("secret_key", "short-one", SecretKind.Named)]
    [InlineData(null, "https://user:pa55word@proxy.example:8080/", SecretKind.Shaped)]
    [InlineData(null, "https://api.example/v1/orders?limit=10", SecretKind.None)]
    [InlineData(null, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", SecretKind.Shaped)]
    [InlineData(null, "0198c5a2-7b1e-7000-8000-123456789abc", SecretKind.None)]
    public void It_judges_a_value_by_name_and_shape(string? name, string value, object expected) =>
        Assert.Equal(expected, SecretValue.Judge(name, value));

    /// <summary>Credentials made here; {0} is 24 hexadecimal digits, {1} a UUID, {2} 64 letters and digits.</summary>
    [Theory]
    [InlineData("creds jsonb", """["{0}","{1}","my passphrase"]""")]
    [InlineData("config jsonb", """{{"kucoin":["{0}","{1}","hunter2"]}}""")]
    [InlineData("config jsonb", """{{"accounts":[["{0}","{1}","hunter2"]]}}""")]
    [InlineData("config jsonb", """{{"okx":{{"key":"{1}","secret":"s"}}}}""")]
    [InlineData("config jsonb", """{{"main":{{"key":"{1}","secret":"{2}"}}}}""")]
    [InlineData("config jsonb", """{{"settings":[{{"name":"api_secret","value":"{2}"}}]}}""")]
    [InlineData("config jsonb", """{{"raw":"{{\"api_secret\":\"{2}\"}}"}}""")]
    [InlineData("config jsonb",
        """{{"wallet":["legal","winner","thank","year","wave","sausage","worth","useful","legal","winner","thank","yellow"]}}""")]
    [InlineData("config jsonb",
        """{{"solana":{{"privateKey":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,"""
        + """1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32]}}}}""")]
    [InlineData("config jsonb", """{{"telegram":{{"pin":482913}}}}""")]
    [InlineData("kucoin text[]", """{{{0},{1},hunter2}}""")]
    [InlineData("note text", """["{0}","{1}","hunter2"]""")]
    [InlineData("llaves_api text[]", """{{{2}}}""")]
    [InlineData("pin int", "482913")]
    public async Task Lists_numbers_neighbours_and_documents_in_texts_are_seen(string column, string value)
    {
        await using var audited = await AuditCase.CreateAsync($"CREATE TABLE accounts (id int, {column})");
        var (objectId, uuid) = (string.Concat(ExchangeKey.Where(char.IsAsciiHexDigitLower)).PadRight(24, 'c')[..24],
            "3f1c9a52-7d84-4b0e-9c61-2ab8e7d05f44");
        await audited.Database.ExecuteAsync($"INSERT INTO accounts VALUES (1, '{string.Format(value, objectId, uuid, ExchangeKey)}')");
        var result = await audited.CheckAsync("S4");
        result.ExpectFinding(objectPart: "public.accounts");
        AssertSilent(result, objectId, uuid, ExchangeKey, "hunter2", "482913");
    }

    [Fact]
    public async Task A_table_of_names_and_values_is_judged_by_its_rows_names()
    {
        await using var audited = await AuditCase.CreateAsync(
            "CREATE TABLE settings (name text, value text); INSERT INTO settings VALUES ('mode', 'production-mode-01'), ('smtp_password', "
            + "'hunter2')");
        Assert.Equal(1, (await audited.CheckAsync("S4")).ExpectFinding(AuditSeverity.High, "public.settings.value").Number("readable"));
    }

    [Fact]
    public async Task Identifiers_symbols_addresses_and_settings_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE orders (order_ids jsonb, config jsonb, symbols text[], note text, pin_count int, client_refs text[]);
            INSERT INTO orders VALUES ('["6541f2aa0c1d2e3f4a5b6c7d","3f1c9a52-7d84-4b0e-9c61-2ab8e7d05f44","filled"]',
                '{"binance":{"symbols":["BTCUSDT","ETHUSDT"],"mode":"hedge","order_id":"6541f2aa0c1d2e3f4a5b6c7d"},
                  "wallet":{"address":"0x52908400098527886E0F7030069857D2E4169EE7"},
                  "credentials":{"mode":"production","exchange":"binance-futures"},"levels":[1,2,3,64],
                  "max_tokens":100000,"seed":1234567,"colours":["red","green","blue"],
                  "last":["6541f2aa0c1d2e3f4a5b6c7d","3f1c9a52-7d84-4b0e-9c61-2ab8e7d05f44","BTC-USDT"]}',
                '{BTCUSDT,ETHUSDT}', 'buy when the price goes above the moving average and hold for two days', 12345, '{6541f2aa0c1d2e3f4a5b6c7d}');
            """);
        (await audited.CheckAsync("S4")).ExpectOk();
    }

    [Fact]
    public async Task The_key_of_a_table_of_tokens_is_one_of_them_and_other_keys_are_not()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE authtoken_token (key varchar(40) PRIMARY KEY, created timestamptz, user_id bigint);
            INSERT INTO authtoken_token SELECT substr(encode(sha256(i::text::bytea), 'hex'), 1, 40), now(), i FROM generate_series(1, 20) i;
            CREATE TABLE api_secrets (key text PRIMARY KEY, value text); INSERT INTO api_secrets VALUES ('5f4dcc3b5aa765d61d8327deb882cf99', '');
            CREATE TABLE "AspNetUserLogins" ("LoginProvider" text, "ProviderKey" text);
            INSERT INTO "AspNetUserLogins" VALUES ('Google', '108234567890123456789');
            CREATE TABLE active_storage_blobs (key text, service_name text); INSERT INTO active_storage_blobs VALUES (md5('1'), 'local');
            CREATE TABLE issues (config jsonb); INSERT INTO issues VALUES ('{"external_key":"EXT-0000000000001","id":"a-long-identifier-1"}');
            """);
        Assert.Equal("public.authtoken_token.key", Assert.Single((await audited.CheckAsync("S4")).Findings).Object);
    }

    private static void AssertSilent(CheckResult result, params string[] values)
    {
        var text = JsonSerializer.Serialize(result.Findings) + JsonSerializer.Serialize(result.NotSeen);
        foreach (var value in values) Assert.DoesNotContain(value, text, StringComparison.Ordinal);
    }
}
