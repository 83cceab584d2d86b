using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Kinds of the fourteenth corpus and of the documents drawn after it: tables, frames, pairs, and words that a name is glued from.</summary>
public sealed partial class KindCasesTests
{
    [Theory]
    [InlineData("columns", "rows")]
    [InlineData("header", "data")]
    [InlineData("cabecera", "filas")]
    public void Cells_of_a_table_have_the_names_of_their_columns(string columns, string rows) => ForEach(() => AssertSealed(
        $$$"""
        {"desk":{"{{{columns}}}":["venue","{{{_random.WordOf("api_key accessKey clave_api")}}}","passphrase","lots"],
        "{{{rows}}}":[["kraken","{{{_random.Letters(16)}}}","{{{_random.Letters(9)}}}",2],["okx","{{{_random.Letters(16)}}}","maple",3]]}}
        """, 4));

    [Fact]
    public void The_first_list_of_a_list_may_name_the_columns() => ForEach(() =>
    {
        AssertSealed($$$"""{"t":[["venue","apiKey","apiSecret"],["okx","{{{_random.Letters(14)}}}","{{{_random.Letters(14)}}}"]]}""", 2);
        AssertSealed($$$"""{"t":[["venue","pair","price"],["okx","BTCUSDT","{{{_random.Digits(5)}}}"]],"clave":["modo","valor"]}""", 1);
        AssertSealed("""{"t":{"columns":["clave","valor"],"rows":[["modo","demo"],["par","BTCUSDT"]]}}""", 0);
    });

    [Theory]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("\\t")]
    public void A_text_may_be_a_table(string sign) => ForEach(() =>
    {
        var name = _random.WordOf("secret api_key passwort senha");
        AssertSealed($$$"""{"import":"venue{{{sign}}}{{{name}}}{{{sign}}}lots\nokx{{{sign}}}{{{_random.Letters(12)}}}{{{sign}}}2"}""", 1);
        AssertSealed($$$"""{"import":"venue{{{sign}}}token{{{sign}}}lots\nokx{{{sign}}}{{{_random.WordOf("USDC SOL PEPE")}}}{{{sign}}}2"}""", 0);
    });

    [Fact]
    public void A_message_of_a_socket_is_a_document_behind_digits() => ForEach(() =>
    {
        var event_ = _random.WordOf("auth login authorization");
        AssertSealed($$$"""{"ssid":"42[\"{{{event_}}}\",{\"session\":\"{{{_random.Letters(24)}}}\",\"demo\":1}]"}""", 1);
        AssertSealed($$$"""{"last":"42[\"tick\",{\"session\":\"ny-open\",\"price\":{{{_random.Digits(5)}}}}]"}""", 0);
    });

    [Fact]
    public void Names_with_escaped_letters_name_their_values() => ForEach(() => AssertSealed(
        $$$"""
        {"поля":[{"key":"\u0441\u0435\u043a\u0440\u0435\u0442\u043d\u0430\u044f_\u0444\u0440\u0430\u0437\u0430",
        "value":"{{{_random.Letters(10)}}}"},
        {"key":"\u043f\u043b\u0435\u0447\u043e","value":"{{{_random.Digits(2)}}}"}]}
        """, 1));

    [Fact]
    public void Names_that_look_drawn_and_switches_are_names_in_a_pair() => ForEach(() => AssertSealed(
        $$$"""
        {"opts":[{"clave":"coldWalletPk","valor":"{{{_random.Hex(64)}}}"},{"clave":"paper","valor":true},
        {"option":"contraseña","setting":"{{{_random.Letters(9)}}}"},{"option":"fraseDeRecuperación","setting":"{{{_random.Letters(9)}}}"}]}
        """, 3, "coldWalletPk", "fraseDeRecuperación"));

    [Fact]
    public void Words_with_a_preposition_between_are_cut_and_so_are_passwords_of_something() => ForEach(() =>
    {
        var name = _random.WordOf("clavedeacceso chavedeacesso tokendeacesso contraseñaftp passwortvps apisec twofakey tradingpin dbpw");
        AssertSealed($$$"""{"{{{name}}}":"{{{_random.Letters(12)}}}","passwordless":"{{{_random.WordOf("magic links")}}}"}""", 1);
    });

    [Fact]
    public void Seconds_are_no_secret_and_a_uuid_beside_a_key_is() => ForEach(() =>
    {
        AssertSealed($$$"""{"gx":{"key":"{{{_random.Hex(24)}}}","sec":"{{{_random.Uuid()}}}","ver":2}}""", 2);
        AssertSealed($$$"""{"timer":{"min":3,"sec":{{{_random.Digits(4)}}} }}""", 0);
    });

    [Fact]
    public void Open_halves_of_keys_are_public_and_the_others_are_not() => ForEach(() =>
    {
        var half = Convert.ToBase64String(_random.Bytes(32));
        AssertSealed($$$"""{"keypair":{"public":"{{{half}}}","private":"{{{_random.Letters(44)}}}"}}""", 1);
        AssertSealed($$$"""{"kraken":{"public":"{{{_random.Letters(56)}}}","private":"{{{_random.Letters(86)}}}=="}}""", 2);
        AssertSealed($$$"""{"set":{"kty":"OKP","x":"{{{_random.Letters(43)}}}","d":"{{{_random.Letters(43)}}}"}}""", 1);
        AssertSealed($$$"""{"clave_publica":"{{{_random.Hex(64)}}}","clave_privada":"{{{_random.Hex(64)}}}"}""", 1);
    });

    [Fact]
    public void Whose_trades_are_copied_is_public() => ForEach(() =>
    {
        var name = _random.WordOf("leaders lideres whales lead_traders copied_traders");
        AssertSealed($$$"""{"{{{name}}}":["{{{_random.Hex(32)}}}","{{{_random.Hex(32)}}}"],"session_id":{{{_random.Digits(6)}}} }""", 0);
    });

    [Fact]
    public void Addresses_that_a_program_drew_without_their_checksum_are_addresses() => ForEach(() =>
    {
        var body = _random.Text("abcdefghijklmnopqrstuvwxyz0123456789", 38);
        AssertSealed($$$"""
            {"to":"bc1q{{{body}}}","watch_wallets":["osmo1{{{body}}}","Z{{{_random.Text(CorpusRandom.Base58Digits, 43)}}}"],"key":"btc1q{{{body}}}"}
            """, 1);
    });

    [Fact]
    public void Headers_of_a_request_hold_credentials() => ForEach(() => AssertSealed(
        $$$"""
        {"request":{"id":"{{{_random.Uuid()}}}","headers":{"X-ACCESS-KEY":"{{{_random.Letters(20)}}}",
        "X-ACCESS-SIGN":"{{{Convert.ToBase64String(_random.Bytes(32))}}}","X-ACCESS-PASSPHRASE":"{{{_random.Letters(9)}}}",
        "X-ACCESS-WINDOW":"5000","Accept":"text/plain"} } }
        """, 3));

    [Fact]
    public void A_map_of_private_keys_is_refused_and_one_of_pools_is_not() => ForEach(() =>
    {
        var name = "0x" + _random.Hex(64);
        Assert.Throws<NexusValidationException>(() => AssertSealed($$$"""{"private_keys":{"{{{name}}}":{"label":"a"} } }""", 0));
        AssertSealed($$$"""{"pools":{"{{{name}}}":{"label":"a"} } }""", 0);
    });

    [Fact]
    public void Facts_beside_credentials_stay_readable() => ForEach(() => AssertSealed(
        $$$"""
        {"okx":{"secret":"{{{_random.Letters(20)}}}","pattern":"^(SOL|XRP){{{_random.WordOf("USDT USDC")}}}$",
        "token":"{{{_random.WordOf("USDT SOL XRP")}}}",
        "description":"https://solscan.io/tx/{{{_random.Hex(64)}}}","query":"side=SELL&price={{{_random.Digits(5)}}}.5",
        "token_list":"USDC, WETH,{{{_random.WordOf("ARB OPT")}}}","key_resistance":{{{_random.Digits(5)}}},"throttle_keys":["ip","user"]}}
        """, 1));

    [Theory]
    [InlineData("redis-cli -h cache -a {0} info", true)]
    [InlineData("mot de passe serveur : {0}", true)]
    [InlineData("contraseña servidor: {0}", true)]
    [InlineData("login eva, pass Colina@{1}", true)]
    [InlineData("пароль - Colina@{1}", true)]
    [InlineData("токен авторизации: {0}", true)]
    [InlineData("password reset mail went to eva@example{1}.com", false)]
    [InlineData("nombre servidor: {0}", false)]
    [InlineData("sort -a {0} list", false)]
    public void Sentences_with_a_chosen_word(string form, bool isSecret) => ForEach(() =>
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, _random.Letters(14), _random.Digits(4));
        Assert.True(SecretFields.IsSecretValue(text) == isSecret, text);
    });
}
