using System.Text;
using System.Text.Json;
using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>What a document may be, each rule at its boundary.</summary>
public sealed class DocumentAcceptTests
{
    private readonly DocumentSealer _documents = new(NewSealer());

    [Theory]
    [InlineData("""{}""", """{}""")]
    [InlineData(""" { "a" : [ 1 , true , null , "x" , { } , [ ] ] , "b" : { "c" : -1.50e+3 } } """,
        """{"a":[1,true,null,"x",{},[]],"b":{"c":-1.50e+3}}""")]
    [InlineData("""{"\u0061\u00f1":"\u0062\ud83d\ude00\/","q":"\"\\\b\f\n\r\t\u001f\u007f"}""",
        """{"añ":"b😀/","q":"\"\\\b\f\n\r\t\u001f""" + "\u007f\"}")]
    [InlineData("""{"b":1,"a":2}""", """{"b":1,"a":2}""")]
    [InlineData("""{"":{"":""}}""", """{"":{"":""}}""")]
    public void A_document_is_written_in_compact_form_with_no_needless_escape(string given, string expected)
    {
        Assert.Equal(expected, Accept(given));
        Assert.Equal(expected, Accept(expected));
    }

    [Theory]
    [InlineData("""{"a":}""", "line 1, byte 6")]
    [InlineData("{\n\"a\": 1,\n}", "line 3, byte 1")]
    [InlineData("""{"a":1} x""", "line 1, byte 9")]
    [InlineData("""{"a":1""", "line 1, byte 7")]
    [InlineData("""{'a':1}""", "line 1, byte 2")]
    [InlineData("""{"a":01}""", "line 1")]
    [InlineData("""{"a":NaN}""", "line 1")]
    [InlineData("""{"a":"\x"}""", "line 1")]
    [InlineData("""{"a":1 /* c */}""", "line 1")]
    [InlineData("{\"a\":\"\t\"}", "line 1")]
    public void What_is_not_JSON_is_refused_with_its_position(string json, string position)
    {
        var error = Refused(json);

        Assert.Equal("config", error.Field);
        Assert.Contains($"must be JSON; the error is at {position}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void Nothing_is_not_JSON(string json) => Assert.Contains("must be JSON", Refused(json).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}' }, 3)]
    [InlineData(new byte[] { (byte)'{', (byte)'"', (byte)'a', (byte)'"', (byte)':', (byte)'"', 0xED, 0xA0, 0x80, (byte)'"', (byte)'}' }, 7)]
    public void What_is_not_UTF_8_is_refused_with_its_position(byte[] json, int position)
    {
        var error = Assert.Throws<NexusValidationException>(() => _documents.Accept(Config, json, Rules));
        Assert.Contains($"must be UTF-8: byte {position} is not", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"x\"")]
    [InlineData("null")]
    [InlineData(" [{}]")]
    public void What_must_be_an_object_is_one(string json)
    {
        Assert.Contains("must be a JSON object", Refused(json).Message, StringComparison.Ordinal);
        Assert.Equal(json.Trim(), Text(_documents.Accept(Config, Utf8(json), AnyValue)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void The_length_has_a_limit_in_bytes(int beyond)
    {
        // ñ is two bytes: characters do not count.
        var json = $$"""{"a":"{{new string('ñ', 100_000)}}"}""";
        json = json.Insert(6, new string(' ', Rules.MaxBytes + beyond - Encoding.UTF8.GetByteCount(json)));
        Assert.Equal(Rules.MaxBytes + beyond, Encoding.UTF8.GetByteCount(json));

        if (beyond <= 0)
        {
            Assert.StartsWith("""{"a":""", Accept(json), StringComparison.Ordinal);
            return;
        }
        var error = Refused(json);
        Assert.True(error.IsTooLarge);
        Assert.Contains("at most 262144 bytes (256 KiB), not 262145", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(10_000, false)]
    public void Nesting_has_a_limit(int levels, bool accepted)
    {
        string[] documents =
        [
            string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels),
            string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1),
            "{\"a\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}",
        ];
        foreach (var json in documents)
        {
            if (accepted) Assert.Equal(json, Accept(json));
            else Assert.Contains("at most 64 levels", Refused(json).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"a":1,"a":1}""", "config.a")]
    [InlineData("""{"a":1,"\u0061":1}""", "config.a")]
    [InlineData("""{"x":{"y":[0,{"a":1,"b":2,"a":3}]}}""", "config.x.y[1].a")]
    [InlineData("""{"":1,"":1}""", "config.")]
    public void A_name_given_twice_is_refused(string json, string path)
    {
        var error = Refused(json);
        Assert.Equal(path, error.Field);
        Assert.Contains("twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_name_in_different_objects_is_fine_and_so_are_thousands_of_names()
    {
        const string Json = """{"a":{"a":{"a":1},"b":1},"b":[{"a":1},{"a":1}]}""";
        Assert.Equal(Json, Accept(Json));

        var many = "{" + string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"n{i}\":1")) + "}";
        Assert.Equal(many, Accept(many));
        Assert.Equal("config.n7", Refused(many[..^1] + ",\"n7\":2}").Field);
    }

    [Theory]
    [InlineData("""{"a":{"b":"x\u0000y"}}""", "config.a.b", "NUL")]
    [InlineData("""{"a":["ok","\ud800"]}""", "config.a[1]", "surrogate")]
    [InlineData("""{"a":"\udc00\ud800"}""", "config.a", "surrogate")]
    [InlineData("""{"a":{"x\u0000":1}}""", "config.a", "NUL")]
    [InlineData("""{"a":[{"\ud800":1}]}""", "config.a[0]", "surrogate")]
    [InlineData("""{"api_key":"x\u0000"}""", "config.api_key", "NUL")]
    [InlineData("""{"api_key":"\ud800"}""", "config.api_key", "surrogate")]
    public void Text_that_no_store_holds_is_refused(string json, string path, string reason)
    {
        var error = Refused(json);
        Assert.Equal(path, error.Field);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e400", true)]
    [InlineData("1e401", false)]
    [InlineData("1E+400", true)]
    [InlineData("1E+401", false)]
    [InlineData("1e-400", true)]
    [InlineData("1e-401", false)]
    [InlineData("1e0000000400", true)]
    [InlineData("1e99999999999999999999", false)]
    [InlineData("0e0", true)]
    [InlineData("-0", true)]
    [InlineData("123456789012345678901234567890.123456789012345678901234567890", true)]
    public void Exponents_have_a_limit(string number, bool accepted) => AssertNumber(number, accepted);

    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void Digits_have_a_limit(int digits, bool accepted)
    {
        AssertNumber(new string('9', digits), accepted);
        AssertNumber("-" + new string('9', digits), accepted);
        AssertNumber("-0." + new string('9', digits - 1), accepted);
        AssertNumber(new string('9', digits - 1) + "e5", accepted);
    }

    [Fact]
    public void An_error_shows_no_secret_and_no_endless_name()
    {
        var secret = NewSecret(64);
        var error = Refused($$"""{"{{secret}}":{"{{new string('x', 1000)}}":1e999} }""");

        Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
        Assert.InRange(error.Field.Length, 10, 200);
    }

    [Fact]
    public void What_is_accepted_is_JSON_for_others_too()
    {
        using var document = JsonDocument.Parse(_documents.Accept(Config, """{"a":"\u0001\"\\é","api_key":"x"}"""u8, Rules));
        Assert.Equal("\u0001\"\\é", document.RootElement.GetProperty("a").GetString());
    }

    private void AssertNumber(string number, bool accepted)
    {
        var json = $$"""{"a":[{{number}}]}""";
        if (accepted) Assert.Equal(json, Accept(json));
        else Assert.Equal("config.a[0]", Refused(json).Field);
    }

    private string Accept(string json) => Text(_documents.Accept(Config, Utf8(json), Rules));

    private NexusValidationException Refused(string json) =>
        Assert.Throws<NexusValidationException>(() => _documents.Accept(Config, Utf8(json), Rules));
}
