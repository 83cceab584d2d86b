using System.Text.Json.Nodes;
using CsCheck;
using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

public sealed class DocumentSealingTests
{
    private readonly Sealer _sealer = NewSealer();
    private readonly DocumentSealer _documents;

    public DocumentSealingTests() => _documents = new DocumentSealer(_sealer);

    [Fact]
    public void Any_document_opens_as_it_was_accepted() =>
        Gen.Select(AnyObject, Gen.Bool).Sample((document, escaped) =>
        {
            var accepted = _documents.Accept(Config, Written(document, escaped), Rules with { MaxBytes = int.MaxValue });
            Assert.True(JsonNode.DeepEquals(document, Parsed(_documents.Open(Config, accepted))), "opens");
            // What was sealed already stays as it is.
            Assert.Equal(Text(accepted), Text(_documents.Accept(Config, accepted, Rules with { MaxBytes = int.MaxValue })));
        });

    [Fact]
    public void No_secret_is_left_in_plain_text_or_under_the_mask() =>
        Gen.Select(AnyObject, Gen.Bool).Sample((document, escaped) =>
        {
            var accepted = _documents.Accept(Config, Written(document, escaped), Rules with { MaxBytes = int.MaxValue });
            foreach (var (value, isSecretPlace) in Strings(Parsed(accepted), false))
            {
                Assert.True(value.Length == 0 || Sealer.IsSealed(value)
                    || !(isSecretPlace || SecretFields.IsSecretValue(value)), $"left readable: {value} in {document.ToJsonString()}");
            }
            foreach (var masked in new[] { DocumentSealer.Mask(accepted), DocumentSealer.Mask(Written(document, escaped)) })
            {
                foreach (var (value, isSecretPlace) in Strings(Parsed(masked), false))
                {
                    Assert.True(value.Length == 0 || value == Secret.Mask
                        || !(isSecretPlace || SecretFields.IsSecretValue(value) || Sealer.IsSealed(value)));
                }
            }
        });

    [Fact]
    public void Secrets_are_found_by_name_by_value_and_below_a_secret_name()
    {
        var accepted = Accept("""
            {"binance_api_key":"k","alpaca_secret":"s","http_proxy":"http://u:p@h:1","https_proxy":"http://h:1","mode":"PILOT",
             "exchanges":[{"name":"BINANCE","apiKey":"k2"}],"credentials":{"user":"me","more":["x",["y"],{"z":"w"}],
             "port":5432,"tls":true,"none":null},
             "empty":{"api_key":"","token":null,"max_tokens":4096}}
            """);

        Assert.Equal(
            [
                "/binance_api_key", "/alpaca_secret", "/http_proxy", "/exchanges/0/apiKey", "/credentials/more/0",
                "/credentials/more/1/0",
                "/credentials/more/2/z",
            ],
            DocumentSealer.SealedValues(accepted).Select(value => value.Pointer));
        Assert.All(DocumentSealer.SealedValues(accepted), value => Assert.Equal(_sealer.Keys.PrimaryId, value.KeyId));
        var document = Parsed(accepted)!;
        Assert.Equal("http://h:1", (string?)document["https_proxy"]);
        Assert.Equal("", (string?)document["empty"]!["api_key"]);
        Assert.Equal(4096, (int)document["empty"]!["max_tokens"]!);
    }

    [Theory]
    [InlineData("""{"exchanges":{"binance":{"api_key":"x"}}}""", "config/exchanges/binance/api_key")]
    [InlineData("""{"a/b":{"m~n":{"":{"token":"x"}}}}""", "config/a~1b/m~0n//token")]
    [InlineData("""{"list":[0,[{"token":"x"}]]}""", "config/list/1/0/token")]
    [InlineData("""{"\u00f1":{"t\u006fken":"x"}}""", "config/ñ/token")]
    public void A_value_is_bound_to_the_column_and_its_pointer(string json, string field)
    {
        var accepted = Accept(json);
        var pointer = Assert.Single(DocumentSealer.SealedValues(accepted)).Pointer;
        var ciphertext = (string)Strings(Parsed(accepted), false).Select(found => found.Value).Single(Sealer.IsSealed);

        Assert.Equal(field, "config" + pointer);
        Assert.Equal("x", _sealer.Open(Config with { Field = field }, ciphertext));
        // And the other way round: what was sealed alone is taken at that place.
        var given = Utf8(Text(accepted).Replace(ciphertext, _sealer.Seal(Config with { Field = field }, "y"), StringComparison.Ordinal));
        Assert.Equal(Text(given), Text(_documents.Accept(Config, given, Rules)));
    }

    [Fact]
    public void A_sealed_value_that_was_moved_inside_a_document_is_refused_and_does_not_open()
    {
        var moved = Utf8(Text(Accept("""{"api_key":"x"}""")).Replace("api_key", "api_key2", StringComparison.Ordinal));

        var refused = Assert.Throws<NexusValidationException>(() => _documents.Accept(Config, moved, Rules));
        Assert.Equal("config.api_key2", refused.Field);
        Assert.Contains("belongs to another row or field", refused.Message, StringComparison.Ordinal);
        var unreadable = Assert.Throws<SecretUnreadableException>(() => _documents.Open(Config, moved));
        Assert.Equal("sessions/123456789/config/api_key2", unreadable.Field);
        Assert.Equal(_sealer.Keys.PrimaryId, unreadable.KeyId);
        Assert.Throws<SecretUnreadableException>(() => _documents.Open(Config with { Row = "2" }, Accept("""{"api_key":"x"}""")));
    }

    [Fact]
    public void Text_that_claims_to_be_sealed_is_refused_under_any_name() =>
        Assert.Equal("config.note", Assert.Throws<NexusValidationException>(() => Accept("""{"note":"\u006ex1.hello"}""")).Field);

    [Fact]
    public void A_place_with_a_secret_name_seals_all_of_the_document()
    {
        var place = new SealContext("system_config", "telegram_token", "value/telegram_token");

        Assert.Single(DocumentSealer.SealedValues(_documents.Accept(place, "\"x\""u8, AnyValue)));
        var accepted = _documents.Accept(place, """{"a":["x",1,{"b":"y"}]}"""u8, AnyValue);
        Assert.Equal(["/a/0", "/a/1", "/a/2/b"], DocumentSealer.SealedValues(accepted).Select(value => value.Pointer));
        Assert.Equal("""{"a":["x",1,{"b":"y"}]}""", Text(_documents.Open(place, accepted)));
    }

    [Fact]
    public void A_value_that_is_a_secret_is_sealed_without_any_name_around_it()
    {
        var secret = NewSecret();
        var accepted = _documents.Accept(Config, Utf8($"\"{secret}\""), AnyValue);

        Assert.Equal("", Assert.Single(DocumentSealer.SealedValues(accepted)).Pointer);
        Assert.Equal($"\"{secret}\"", Text(_documents.Open(Config, accepted)));
    }

    [Theory]
    [InlineData("""{"credentials":{"main":{"x":"hunter2","mode":"LIVE","testnet":"on"}}}""", "/credentials/main/x")]
    [InlineData("""{"credentials":[{"okx":{"deep":{"x":"hunter2"}}}]}""", "/credentials/0/okx/deep/x")]
    [InlineData("""{"credentials":{"settings":{"x":"hunter2"},"y":"z"}}""", "/credentials/y")]
    [InlineData("""{"api_key":"********* and my own stars"}""", "/api_key")]
    public void Below_a_name_of_credentials_all_but_settings_is_sealed(string json, string pointer) =>
        Assert.Equal(pointer, Assert.Single(DocumentSealer.SealedValues(Accept(json))).Pointer);

    [Theory]
    [InlineData("""{"credentials":{"list":["plain1234",["********"]]}}""", "config.credentials.list[1][0]")]
    [InlineData("""{"tokens":["KYcFjJ6elD7oYKIaPaUzpHraBa8nh2IE","\u002a*******q83vEjRWeJCrze8SNFZ4kA"]}""", "config.tokens[1]")]
    public void A_mask_is_never_sealed_inside_a_list(string json, string path)
    {
        Assert.Equal(path, Assert.Throws<NexusValidationException>(() => Accept(json)).Field);
        Assert.True(MaskText.MayBeIn(Utf8(Parsed(_documents.Accept(Config, Utf8(json), Rules with { KeepMasks = true }))!.ToString())));
    }

    [Theory]
    [InlineData("""{"a":{"api_key":"********"}}""", "config.a.api_key")]
    [InlineData("""{"webhook":"\u002a*******"}""", "config.webhook")]
    public void A_mask_stays_for_the_caller_to_resolve_or_is_refused(string json, string path)
    {
        Assert.Contains($"\"{Secret.Mask}\"", Text(_documents.Accept(Config, Utf8(json), Rules with { KeepMasks = true })), StringComparison.Ordinal);

        var error = Assert.Throws<NexusValidationException>(() => Accept(json));
        Assert.Equal(path, error.Field);
        Assert.Contains("mask", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masking_leaves_everything_else_as_it_is_written()
    {
        const string Plain =
            """{ "mode" : "PILOT", "api_key" : "k\u0041", "list":["http://u:p@h", "\u00e9"],"n":1.0, "credentials":{"a":"", "b":null,"c":"x"}}""";

        Assert.Equal(
            """{ "mode" : "PILOT", "api_key" : "********", "list":["********", "\u00e9"],"n":1.0, "credentials":{"a":"", "b":null,"c":"********"}}""",
            Text(DocumentSealer.Mask(Utf8(Plain))));
        Assert.Equal("""{"a":1}""", Text(DocumentSealer.Mask("""{"a":1}"""u8)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("api_key: hunter2")]
    [InlineData("""{"api_key":"hunter2" """)]
    public void Masking_what_is_not_JSON_shows_nothing(string text) => Assert.Equal($"\"{Secret.Mask}\"", Text(DocumentSealer.Mask(Utf8(text))));

    [Fact]
    public void Masking_and_opening_know_no_limits()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 5000)) + """{"a":1,"a":2,"token":"x\ud800","b":"\ud800","n":1e99999}""" + new string(']',
            5000);

        Assert.Equal(deep.Replace("x\\ud800", Secret.Mask, StringComparison.Ordinal), Text(DocumentSealer.Mask(Utf8(deep))));
        var readable = deep.Replace("token", "topic", StringComparison.Ordinal);
        Assert.Equal(readable, Text(_documents.Open(Config, Utf8(readable))));
    }

    [Fact]
    public void Opened_secrets_are_escaped_as_JSON_demands()
    {
        var accepted = Accept("""{"api_key":"\"\\\n\u0001é😀"}""");
        Assert.Equal("""{"api_key":"\"\\\n\u0001é😀"}""", Text(_documents.Open(Config, accepted)));
    }

    [Fact]
    public void Resealing_moves_every_value_under_the_primary_key_and_nothing_else()
    {
        var (oldKey, newKey) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        var before = new DocumentSealer(new Sealer(KeyRing.Parse(oldKey, null)));
        var both = new DocumentSealer(new Sealer(KeyRing.Parse($"{newKey},{oldKey}", null)));
        const string Json = """{"mode":"PILOT","api_key":"k","nested":[{"token":"t"}],"n":1.00}""";
        var old = before.Accept(Config, Utf8(Json), Rules);

        var resealed = both.Reseal(Config, old);

        Assert.NotNull(resealed);
        Assert.Null(both.Reseal(Config, resealed));
        Assert.Null(both.Reseal(Config, Utf8(Json)));
        Assert.Equal(Json, Text(new DocumentSealer(new Sealer(KeyRing.Parse(newKey, null))).Open(Config, resealed)));
        Assert.Throws<SecretUnreadableException>(() => new DocumentSealer(NewSealer()).Reseal(Config, old));
    }

    [Theory]
    [InlineData("""{"a":"nx1.x"}""", true)]
    [InlineData("""["nx1.x"]""", true)]
    [InlineData("""{"a":"nx1"}""", false)]
    [InlineData("""{"a":" nx1.x"}""", false)]
    [InlineData("", false)]
    public void Sealed_values_are_found_without_parsing(string json, bool expected) =>
        Assert.Equal(expected, DocumentSealer.ContainsSealed(Utf8(json)));

    private byte[] Accept(string json) => _documents.Accept(Config, Utf8(json), Rules);

    private static IEnumerable<(string Value, bool IsSecretPlace)> Strings(JsonNode? node, bool isSecretPlace) => node switch
    {
        JsonObject members => members.SelectMany(member => Strings(member.Value, SecretFields.KindOf(Utf8(member.Key)) >= NameKind.Group)),
        JsonArray items => items.SelectMany(item => Strings(item, isSecretPlace)),
        JsonValue value when value.TryGetValue(out string? text) => [(text, isSecretPlace)],
        _ => [],
    };
}
