using System.Text;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Kinds of mistakes that a blind corpus found, with values that are drawn, in other words, languages and forms than it had.</summary>
public sealed partial class KindCasesTests
{
    private const int Draws = 40;
    private const string Capitals = "ABCDEFGHJKLMNPRSTVWXYZ0123456789";

    private readonly DocumentSealer _documents = new(NewSealer());
    private readonly CorpusRandom _random = new(1207);

    [Theory]
    [InlineData("wss://sepolia.{0}.example/v2/{1}")]
    [InlineData("https://rpc.{0}.example/{1}/")]
    [InlineData("https://{0}-mainnet.example.io/{1}")]
    [InlineData("https://nodes.{0}.example/eth/{1}?timeout=5")]
    public void A_uuid_in_the_path_of_a_node_is_its_key(string form) => ForEach(() =>
        AssertSealed($$$"""{"{{{_random.WordOf("eth base chain main fallback")}}}":"{{{Url(form)}}}","lag":2}""", 1));

    [Theory]
    [InlineData("https://{0}scan.example/order/{1}")]
    [InlineData("https://explorer.{0}.example/{1}")]
    [InlineData("https://{0}.example/trades/{1}")]
    public void A_uuid_in_the_path_of_a_page_is_none(string form) => ForEach(() => AssertSealed($$$"""{"page":"{{{Url(form)}}}"}""", 0));

    [Fact]
    public void The_address_of_a_hook_may_be_a_uuid_alone() => ForEach(() =>
    {
        var name = _random.WordOf("webhook_uuid hookUuid tv_webhook_uuid WEBHOOK-UUID");
        AssertSealed($$$"""{"{{{name}}}":"{{{_random.Uuid()}}}","bot_uuid":"{{{_random.Uuid()}}}"}""", 1);
    });

    [Fact]
    public void Keys_of_licenses_are_digits_or_groups() => ForEach(() =>
    {
        var group = _random.Next(4, 6);
        var prefix = _random.Chance(50) ? _random.WordOf("GK EA PRO BOT") + "-" : "";
        var key = _random.Chance(40) ? _random.Digits(_random.Next(10, 20))
            : prefix + string.Join('-', Enumerable.Range(0, _random.Next(3, 6)).Select(_ => "7Q" + _random.Text(Capitals, group - 2)));
        AssertSealed($$$"""{"ea":{"{{{License()}}}":"{{{key}}}","lots":0.02},"about":{"{{{License()}}}":"{{{Known()}}}"}}""", 1);
    });

    [Theory]
    [InlineData("password for the {0} vps is {1}")]
    [InlineData("pw for my {0} dashboard is {1}, ask Lena")]
    [InlineData("Clave de la cuenta {0}: {1}. Servidor dos")]
    [InlineData("contraseña de la caja {0} es {1}")]
    [InlineData("mot de passe du {0} compte est {1}")]
    [InlineData("Passwort für das {0} Konto ist {1}")]
    [InlineData("пароль от {0} сервера это {1}")]
    public void What_a_secret_opens_may_have_several_words(string form) => ForEach(() =>
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, form,
            _random.WordOf("real nueva alte neue second spare"), _random.WordOf("Zafiro Maple oakTree Wolke") + _random.WordOf("77 -19 !4 2031"));
        Assert.True(SecretFields.IsSecretValue(text), text);
    });

    [Theory]
    [InlineData("The pin for the panel is 4471", true)]
    [InlineData("password reset for user bob77 is pending", false)]
    [InlineData("Revisar la clave del rango 61-65k", false)]
    [InlineData("chave da faixa 61-65k", false)]
    [InlineData("docker run -d --name bot -p 8080:8080 -p 127.0.0.1:53:53/udp image:1.9", false)]
    [InlineData("mysql -u bot -pZafiro77 trades", true)]
    [InlineData("pwd:change", false)]
    [InlineData("password:reset", false)]
    [InlineData("pwd:changeme77", true)]
    public void Sentences_and_commands(string text, bool isSecret) => Assert.Equal(isSecret, SecretFields.IsSecretValue(text));

    [Fact]
    public void Numbers_under_the_word_for_pin_in_other_scripts() => ForEach(() =>
    {
        var name = _random.WordOf("पिन পিন พิน 핀번호 ピン пин");
        AssertSealed($$$"""{"{{{name}}}":{{{_random.Digits(_random.Next(4, 7))}}},"पैमाना":{{{_random.Digits(3)}}}}""", 1);
    });

    [Fact]
    public void Addresses_with_long_versions_are_public_and_keys_are_not() => ForEach(() =>
    {
        var version = _random.Bytes(_random.Next(1, 4));
        version[0] |= 1;
        var address = _random.Base58([.. version, .. _random.Bytes(20)], checksum: true);
        AssertSealed($$$"""{"wallet":{"private_key":"{{{_random.Hex(64)}}}","baker":"{{{address}}}","other":"{{{address}}}"}}""", 1);
        AssertSealed($$$"""{"x":"{{{_random.Base58([0x80, .. _random.Bytes(32), 1], checksum: true)}}}"}""", 1);
    });

    [Fact]
    public void Words_that_are_filled_up_are_no_keys() => ForEach(() => AssertSealed(
        $$$"""{"a":"0x{{{_random.Hex(54)}}}0000000000","b":"0x{{{_random.Hex(64)}}}"}""", 1));

    [Fact]
    public void Logins_telephones_chats_and_lengths_of_time_beside_a_password_are_settings() => ForEach(() => AssertSealed(
        $$$"""
        {"mt5":{"login":{{{_random.Digits(8)}}},"password":"{{{_random.Letters(9)}}}","srv":"Demo-Real{{{_random.Digits(1)}}}",
        "freq":"{{{_random.Digits(1)}}}{{{_random.WordOf("min sec hours days")}}}","phone":"+1-{{{_random.Digits(10)}}}",
        "acc":{{{_random.Digits(7)}}},"mobile":"{{{_random.Digits(10)}}}",
        "房间":"-100{{{_random.Digits(9)}}}","hello":"Hi {first_name}! Send /{{{_random.WordOf("connect start stop")}}} to go on."},
        "imap":{"login":"{{{_random.WordOf("ana ivan lena")}}}@example.com","password":"{{{_random.Letters(9)}}}"}}
        """, 2));

    [Fact]
    public void What_is_drawn_or_a_pair_under_login_is_a_secret() => ForEach(() => AssertSealed(
        $$$"""
        {"a":{"login":"{{{_random.Letters(14)}}}","password":"{{{_random.Letters(9)}}}"},"b":{"login":"ana:girasol{{{_random.Digits(2)}}}"}}
        """, 3));

    [Fact]
    public void Tokens_of_pages_are_no_tokens_of_access() => ForEach(() =>
    {
        var page = _random.WordOf("page next sync continuation prev");
        AssertSealed($$$"""{"{{{page}}}_token":"{{{_random.Letters(24)}}}","access_token":"{{{_random.Letters(24)}}}"}""", 1);
    });

    [Fact]
    public void Of_a_list_of_assignments_only_the_secret_ones_are_sealed() => ForEach(() => AssertSealed(
        $$$"""
        {"lines":["EXCHANGE={{{_random.WordOf("kraken okx bybit")}}}","X_KEY={{{_random.Letters(40)}}}",
        "X_SECRET={{{_random.Letters(40)}}}","PAIR=BTC/EUR"]}
        """, 2));

    [Fact]
    public void The_id_beside_the_key_below_credentials_is_half_of_it() => ForEach(() => AssertSealed(
        $$$"""{"venue":"bitmex","credentials":{"id":"{{{_random.Letters(24)}}}","key":"{{{_random.Letters(48)}}}"}}""", 2));

    [Fact]
    public void A_list_of_uuids_is_a_list_of_ids() => ForEach(() => AssertSealed(
        $$$"""
        {"exec":["{{{_random.Uuid()}}}","{{{_random.Uuid()}}}"],"runs":["{{{_random.Uuid()}}}","{{{_random.Uuid()}}}","{{{_random.Uuid()}}}"]}
        """, 0));

    [Fact]
    public void Facts_about_secrets_are_none() => ForEach(() => AssertSealed(
        $$$"""
        {"audit":{"password_changed":"2024-0{{{_random.Digits(1)}}}-12","senha_alterada":"2024-01-1{{{_random.Digits(1)}}}",
        "failed_logins":{{{_random.Digits(1)}}},
        "secrets_manager":"aws","existingSecret":"bot-env","chave_pix":"bot@example.com.br","security_ids":[1333,11536,{{{_random.Digits(5)}}}]}}
        """, 0));

    [Fact]
    public void Descriptors_of_public_keys_applications_and_ciphertexts_of_files_are_public() => ForEach(() =>
    {
        var (key, application) = (_random.Text(CorpusRandom.Base58Digits, 107), _random.Text("abcdefghijklmnopqrstuvwxyz0123456789", 32));
        AssertSealed($$$"""
            {"watch":"wpkh([d34db33f/84h/0h/0h]xpub{{{key}}}/0/*)","hot":"wpkh(xprv{{{key}}}/0/*)",
            "google":{"client_id":"{{{_random.Digits(12)}}}-{{{application}}}.apps.googleusercontent.com",
            "client_secret":"{{{_random.Letters(24)}}}"},
            "sops":"ENC[AES256_GCM,data:{{{_random.Letters(32)}}},iv:{{{_random.Letters(43)}}}=,type:str]"}
            """, 2);
    });

    [Fact]
    public void The_first_letter_of_a_key_is_enough_for_a_drawn_word() => ForEach(() => AssertSealed(
        $$$"""{"horn":{"k":"aB{{{_random.Letters(18)}}}","sound":8},"stoch":{"k":"{{{_random.Digits(2)}}}","s":"slow","p":"close_price_avg"}}""", 1));

    [Fact]
    public void Coins_that_come_on_the_market_open_nothing() => ForEach(() => AssertSealed(
        $$$"""
        {"token_unlocks":[{"token":"ARB","date":"2024-06-1{{{_random.Digits(1)}}}","pct":"3.2%"}],"token_unlock":"2024-07-01",
        "unlock_token":"{{{_random.Letters(20)}}}"}
        """, 1));

    [Fact]
    public void Numbers_of_instruments_hours_amounts_and_templates_beside_credentials_are_settings() => ForEach(() => AssertSealed(
        $$$"""
        {"angelone":{"api":"{{{_random.Letters(9)}}}","feed":{"tokens":["{{{_random.Digits(5)}}}","{{{_random.Digits(4)}}}"]},"mode":3},
        "kraken":{"key":"{{{_random.Letters(40)}}}","secret":"{{{_random.Letters(60)}}}","horario":"0{{{_random.Digits(1)}}}h-18h",
        "open":"9:30am-4pm","min":"{{{_random.Digits(8)}}}{{{_random.WordOf("uatom uosmo inj")}}}",
        "path":"ohlcv/{exchange}/{symbol}/{date}.{{{_random.WordOf("parquet csv json")}}}"}}
        """, 3));

    [Fact]
    public void Hashes_of_files_and_transactions_by_one_letter_are_public() => ForEach(() => AssertSealed(
        $$$"""
        {"log":[{"h":"0x{{{_random.Hex(64)}}}","gas":184332}],"report":"https://files.example.com/r/{{{_random.Hex(32)}}}.pdf",
        "call":"https://files.example.com/r/{{{_random.Hex(32)}}}","clave_del_mes":"paciencia"}
        """, 1));

    [Fact]
    public void Keys_of_Blockfrost_begin_with_their_network() => ForEach(() => AssertSealed(
        $$$"""
        {"cardano":{"project_id":"{{{_random.WordOf("mainnet preprod preview ipfs")}}}{{{_random.Letters(32)}}}",
        "project":"mainnet_liquidity_pools_of_the_team"}}
        """, 1));

    private string Url(string form) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, form, _random.WordOf("eth base sol"), _random.Uuid());

    private string License() => _random.WordOf("license licence licencia licenca lizenz lisans лицензия 许可证 ライセンス");

    private string Known() => _random.Of("MIT", "Apache-2.0", "GPL-3.0-or-later", "BSD-3-Clause", "CC BY-NC 4.0", "proprietary", "MPL-2.0", "0BSD");

    private static void ForEach(Action draw)
    {
        for (var i = 0; i < Draws; i++) draw();
    }

    private void AssertSealed(string json, int secrets, params string[] readable)
    {
        var accepted = _documents.Accept(Config, Encoding.UTF8.GetBytes(json), Rules);
        var found = DocumentSealer.SealedValues(accepted).Select(value => value.Pointer).ToList();
        Assert.True(found.Count == secrets, $"{string.Join(' ', found)} in {json}");
        foreach (var word in readable) Assert.True(Encoding.UTF8.GetString(accepted).Contains(word, StringComparison.Ordinal), $"{word} in {json}");
    }
}
