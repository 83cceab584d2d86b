using System.Text.Json.Nodes;
using CsCheck;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

public sealed class LegacyDocumentTests
{
    private readonly string _legacyKey = KeyRing.GenerateKey();
    private readonly DocumentSealer _documents;

    public LegacyDocumentTests() => _documents = new DocumentSealer(new Sealer(KeyRing.Parse(KeyRing.GenerateKey(), _legacyKey)));

    [Fact]
    public void Any_document_opens_as_it_was_adopted_and_adopting_twice_changes_nothing() =>
        Gen.Select(AnyJson, Gen.Bool).Sample((document, escaped) =>
        {
            var adopted = _documents.AcceptLegacy(Config, Written(document, escaped));
            Assert.Empty(adopted.Problems);
            Assert.Equal(adopted.Sealed, DocumentSealer.SealedValues(adopted.Json).Count);
            Assert.True(JsonNode.DeepEquals(document, Parsed(_documents.Open(Config, adopted.Json))));

            var again = _documents.AcceptLegacy(Config, adopted.Json);
            Assert.Equal(0, again.Sealed);
            Assert.Equal(adopted.Json, again.Json);
        });

    [Fact]
    public void Plain_texts_and_tokens_are_sealed_under_any_name()
    {
        var json = Utf8($$"""
            {"bybit_api_key":"k","bybit_api_secret":"{{NewFernetToken(_legacyKey, "s")}}","odd":"{{NewFernetToken(_legacyKey, "o")}}",
             "http_proxy":"http://u:p@h:1","mode":"PILOT","empty_key":""}
            """);

        var adopted = _documents.AcceptLegacy(Config, json);

        Assert.Empty(adopted.Problems);
        Assert.Equal(4, adopted.Sealed);
        var opened = Parsed(_documents.Open(Config, adopted.Json))!;
        Assert.Equal(["k", "s", "o", "http://u:p@h:1", "PILOT", ""], opened.AsObject().Select(member => (string?)member.Value));
    }

    [Fact]
    public void What_cannot_be_converted_stays_as_it_was_and_is_reported()
    {
        var foreign = NewFernetToken(KeyRing.GenerateKey(), "secret");
        var json = $$"""{"api_key":"{{foreign}}","list":["ok",{"token":"x\ud800"}],"password":"a\u0000","secret":"nx1.cut","other_key":"fine"}""";

        var adopted = _documents.AcceptLegacy(Config, Utf8(json));

        Assert.Equal(["/api_key", "/list/1/token", "/password", "/secret"], adopted.Problems.Select(problem => problem.Pointer));
        Assert.All(adopted.Problems, problem => Assert.DoesNotContain(foreign, problem.Reason, StringComparison.Ordinal));
        Assert.Equal(1, adopted.Sealed);
        Assert.StartsWith(json[..json.IndexOf("fine", StringComparison.Ordinal)], Text(adopted.Json), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_not_sealed_are_left_where_the_caller_says_so()
    {
        var token = NewFernetToken(_legacyKey, "t");
        var done = _documents.AcceptLegacy(Config, Utf8("""{"api_key":"before"}""")).Json;
        var already = (string?)Parsed(done)!["api_key"];
        List<(string Field, string Value)> asked = [];

        var adopted = _documents.AcceptLegacy(
            Config, Utf8($$"""{"api_key":"{{already}}","api_secret":"left","password":"taken","pin":"{{token}}"}"""), (field, value) =>
            {
                asked.Add((field, value));
                return value != "left";
            });

        Assert.Equal([("config/api_secret", "left"), ("config/password", "taken"), ("config/pin", token)], asked);
        Assert.Equal((2, 0), (adopted.Sealed, adopted.Problems.Count));
        var kept = Parsed(adopted.Json)!;
        Assert.Equal((already, "left"), ((string?)kept["api_key"], (string?)kept["api_secret"]));
    }

    [Fact]
    public void Nothing_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 300)) + """{"a":1,"a":2,"n":1e99999,"big":""" + "\"" + new string('ñ',
            300_000) + "\"}" + new string(']', 300);

        Assert.Equal(deep, Text(_documents.AcceptLegacy(Config, Utf8(deep)).Json));

        var broken = _documents.AcceptLegacy(Config, "{\"a\""u8);
        Assert.Equal("{\"a\"", Text(broken.Json));
        Assert.Equal("", Assert.Single(broken.Problems).Pointer);
    }

    [Fact]
    public void A_place_with_a_secret_name_seals_all_of_the_document()
    {
        var place = new SealContext("system_config", "api_key", "value/api_key");
        var adopted = _documents.AcceptLegacy(place, "\"x\""u8);

        Assert.Equal(1, adopted.Sealed);
        Assert.Equal("\"x\"", Text(_documents.Open(place, adopted.Json)));
    }
}
