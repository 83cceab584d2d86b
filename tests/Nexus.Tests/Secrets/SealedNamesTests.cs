using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

public sealed class SealedNamesTests
{
    [Theory]
    [InlineData("api_key", true)]
    [InlineData("binanceApiKey", true)]
    [InlineData("BYBIT-API-SECRET", true)]
    [InlineData("secret", true)]
    [InlineData("smtp_password", true)]
    [InlineData("telegram_token", true)]
    [InlineData("mnemonic", true)]
    [InlineData("base_token", false)]
    [InlineData("sort_key", false)]
    [InlineData("mode", false)]
    [InlineData("phrase", false)]
    [InlineData("api_key_2", false)]
    [InlineData("", false)]
    public void Names_under_which_plain_text_is_an_error(string name, bool isSealed) => Assert.Equal(isSealed, SealedNames.Has(Utf8(name)));

    /// <summary>What Nexus itself would leave in the clear must never be an error.</summary>
    [Fact]
    public void Whatever_is_accepted_can_be_read_again() => CsCheck.Check.Sample(
        AnyJson,
        document =>
        {
            var documents = new DocumentSealer(NewSealer());
            var stored = documents.Accept(Config, Written(document, escaped: false), AnyValue);
            Assert.Null(documents.FindFault(Config, stored));
            Assert.Empty(documents.FindFaults(Config, stored, _ => { }));
            documents.Open(Config, stored);
        },
        iter: 500);

    [Theory]
    [InlineData("""{"api_key":"plain"}""", "/api_key")]
    [InlineData("""{"a":[{"x":1},{"okx":{"api_secret":"plain"}}]}""", "/a/1/okx/api_secret")]
    [InlineData("""{"a":"nx1.00000000.AAAA"}""", "/a")]
    [InlineData("""{"\u0061pi_key":"pl\u0061in"}""", "/api_key")]
    public void A_fault_is_found_by_its_place(string json, string pointer)
    {
        var documents = new DocumentSealer(NewSealer());
        Assert.Equal(pointer, documents.FindFault(Config, Utf8(json))!.Pointer);
        Assert.Throws<SecretUnreadableException>(() => documents.Open(Config, Utf8(json)));
    }

    [Theory]
    [InlineData("""{"telegram_token":"plain-8412"}""", true)]
    [InlineData("""{"telegram_token":"********"}""", true)]
    [InlineData("""{"telegram_token":"BTC/USDT"}""", false)]
    [InlineData("""{"credentials":{"telegram_token":"basic"}}""", false)]
    [InlineData("""{"api_secret":"BTC/USDT"}""", true)]
    public void A_coin_under_the_name_of_a_token_is_no_fault_and_every_other_text_is(string json, bool isFault) =>
        Assert.Equal(isFault, new DocumentSealer(NewSealer()).FindPlain(Config, Utf8(json)) is not null);

    [Theory]
    [InlineData("""{"api_key":"","password":null,"secret":5,"tokens":[]}""")]
    [InlineData("""{"base_token":"ETH","mode":"PILOT"}""")]
    public void What_is_no_text_of_a_secret_is_read(string json) =>
        Assert.Equal(json, Text(new DocumentSealer(NewSealer()).Open(Config, Utf8(json))));
}
