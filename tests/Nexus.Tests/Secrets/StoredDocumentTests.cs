using System.Text;
using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>Documents as a store, an outbox or an export holds them: what is found in them, and what moving and resealing does.</summary>
public sealed class StoredDocumentTests
{
    private static readonly SealContext Other = Config with { Row = "2" };

    private readonly DocumentSealer _documents = new(NewSealer());
    private readonly DocumentSealer _stranger = new(NewSealer());

    private string Id => _documents.Sealer.Keys.PrimaryId;

    [Fact]
    public void A_document_of_Nexus_has_no_fault()
    {
        var json = _documents.Accept(Config, """{"api_key":"x7Kq9","pin_code":"","mode":"live","token":"USDT","list":[{"secret":"y"}]}"""u8, Rules);
        var opened = new List<string>();

        Assert.Null(_documents.FindFault(Config, json));
        Assert.Null(_documents.FindPlain(Config, json));
        Assert.Empty(_documents.FindFaults(Config, json, opened.Add));
        Assert.Equal([Id, Id], opened);
    }

    [Fact]
    public void Every_fault_is_found_in_its_order_with_its_key_and_reason()
    {
        var (own, foreign, unknown) = (Sealed(Config, "/a/api_key"), Sealed(Other, "/b"), SealedBy(_stranger, Config, "/c"));
        var token = NewFernetToken(KeyRing.GenerateKey(), "secret");
        var json = Utf8($$"""
            {"mode":"live","a":{"api_key":"{{own}}"},"b":"{{foreign}}","c":"{{unknown}}","d":"{{token}}","api_secret":"plain1",
            "telegram":{"pin":"4471x"},"e":"nx1.x"}
            """);
        var opened = new List<string>();

        var faults = _documents.FindFaults(Config, json, opened.Add);

        Assert.Equal(["/b", "/c", "/d", "/api_secret", "/telegram/pin", "/e"], faults.Select(fault => fault.Pointer));
        Assert.Equal([Id, _stranger.Sealer.Keys.PrimaryId, null, null, null, null], faults.Select(fault => fault.KeyId));
        string[] reasons = ["was altered or truncated", "not among the configured keys", "a legacy token that was never adopted",
            "is stored in plain text where only a sealed value is allowed", "is stored in plain text", "was truncated"];
        Assert.All(faults.Zip(reasons), pair => Assert.Contains(pair.Second, pair.First.Reason, StringComparison.Ordinal));
        Assert.Equal([Id], opened);
        Assert.Equal(faults[0], _documents.FindFault(Config, json));
        Assert.Equal(faults[2], _documents.FindPlain(Config, json));
    }

    [Theory]
    [InlineData("""{"a":1,"api_secret":"plain1","password":"plain2"}""", "/api_secret")]
    [InlineData("""{"telegram":{"pin":"4471x"}}""", null)] // What only later versions take for a secret is read.
    public void Plain_text_is_found_where_every_version_has_sealed(string json, string? pointer)
    {
        Assert.Equal(pointer, _documents.FindFault(Config, Utf8(json))?.Pointer);
        Assert.Equal(pointer, _documents.FindPlain(Config, Utf8(json))?.Pointer);
        if (pointer is null) Assert.Equal(json, Text(_documents.Open(Config, Utf8(json))));
        else Assert.Equal($"sessions/123456789/config{pointer}",
            Assert.Throws<SecretUnreadableException>(() => _documents.Open(Config, Utf8(json))).Field);
    }

    [Fact]
    public void What_does_not_open_names_its_place_and_key()
    {
        var foreign = Utf8($$$"""{"x":{"api_key":"{{{Sealed(Other, "/x/api_key")}}}"}}""");
        var token = Utf8($$"""{"x":["{{NewFernetToken(KeyRing.GenerateKey(), "secret")}}"]}""");

        var error = Assert.Throws<SecretUnreadableException>(() => _documents.Open(Config, foreign));
        Assert.Equal(("sessions/123456789/config/x/api_key", Id), (error.Field, error.KeyId));
        error = Assert.Throws<SecretUnreadableException>(() => _documents.Open(Config, token));
        Assert.Equal(("sessions/123456789/config/x/0", null), (error.Field, error.KeyId));
        Assert.Contains("a legacy token that was made with another key", error.Message, StringComparison.Ordinal);
        Assert.Throws<SecretUnreadableException>(() => _stranger.Reseal(Config, foreign));
    }

    [Fact]
    public void A_document_with_unreadable_values_shows_the_rest()
    {
        var token = NewFernetToken(KeyRing.GenerateKey(), "secret");
        var json = Utf8($$"""
            {"a":"{{Sealed(Config, "/a")}}","b":"{{Sealed(Other, "/b")}}","c":"{{token}}","password":"plain1","mode":"live","pin":"4471x"}
            """);
        var unreadable = new List<string>();

        var shown = Parsed(_documents.Open(Config, json, unreadable)!)!;

        Assert.Equal(["sessions/123456789/config/b", "sessions/123456789/config/c", "sessions/123456789/config/password"], unreadable);
        Assert.Equal(["secret", "live", "4471x"], new[] { "a", "mode", "pin" }.Select(name => (string?)shown[name]));
        Assert.All(["b", "c", "password"], name => Assert.StartsWith(Secret.Mask, (string?)shown[name], StringComparison.Ordinal));
    }

    [Fact]
    public void Masks_of_a_stored_document_have_tags_and_hide_plain_secrets_too()
    {
        var json = Utf8($$"""{"a":"{{Sealed(Config, "/a")}}","b":"{{Sealed(Config, "/b")}}","api_secret":"plain1","mode":"live","pin":""}""");

        var masked = Parsed(_documents.Mask(Config, json))!;

        Assert.Equal(("live", ""), ((string?)masked["mode"], (string?)masked["pin"]));
        Assert.All(["a", "b", "api_secret"], name => Assert.Matches(@"^\*{8}.+$", (string?)masked[name]));
        Assert.NotEqual((string?)masked["a"], (string?)masked["b"]);
        Assert.Equal($"\"{Secret.Mask}\"", Text(_documents.Mask(Config, "{"u8)));
        Assert.Equal($$"""{"a":"{{Secret.Mask}}","mode":1}""", Text(DocumentSealer.Mask(Utf8($$"""{"a":"{{Sealed(Config, "/a")}}","mode":1}"""))));
        Assert.Equal("""{"mode":1}""", Text(_documents.Mask(Config, """{"mode":1}"""u8)));
    }

    [Fact]
    public void A_value_that_moves_opens_at_its_new_place_alone_and_keeps_its_mask()
    {
        var value = Utf8(Sealed(Config, "/a"));

        var moved = Moved(_documents, (Config, "/a", value), Other, "/b/0")!;

        Assert.Equal("""{"b":["secret"]}""", Text(_documents.Open(Other, Utf8($$"""{"b":["{{moved}}"]}"""))));
        Assert.Throws<SecretUnreadableException>(() => _documents.Open(Config, Utf8($$"""{"a":"{{moved}}"}""")));
        Assert.Equal(MaskOf(Sealed(value)), MaskOf(moved));
        Assert.NotEqual(MaskOf(Sealed(Config, "/a")), MaskOf(moved));

        var fresh = Moved(_documents, (Config, "/a", Utf8("plain")), Other, "/b/0")!;
        Assert.Equal("""{"b":["plain"]}""", Text(_documents.Open(Other, Utf8($$"""{"b":["{{fresh}}"]}"""))));
        Assert.Null(Moved(_documents, (Config, "/other", value), Other, "/b/0"));
        Assert.Null(Moved(_stranger, (Config, "/a", value), Other, "/b/0"));
    }

    [Fact]
    public void Two_stored_values_are_the_same_secret_if_both_open_to_one_text()
    {
        (SealContext, string, byte[]) At(string pointer, string value) => (Config, pointer, Utf8(value));
        var (a, b) = (At("/a", Sealed(Config, "/a")), At("/b", Sealed(Config, "/b")));

        Assert.True(_documents.IsSameSecret(a, b));
        Assert.True(_documents.IsSameSecret(a, At("/c", "secret")));
        Assert.True(_documents.IsSameSecret(At("/c", "secret"), b));
        Assert.False(_documents.IsSameSecret(a, At("/c", "secret2")));
        Assert.False(_documents.IsSameSecret(a, At("/c", Sealed(Config, "/b"))));
        Assert.False(_documents.IsSameSecret(At("/c", Sealed(Config, "/b")), a));
        // The same bytes are the same value, whether they open or not.
        var cut = At("/a", "nx1.x");
        Assert.True(_documents.IsSameSecret(cut, cut));
        Assert.False(_documents.IsSameSecret(cut, At("/a", "nx1.y")));
    }

    [Fact]
    public void Resealing_keeps_the_mask_and_leaves_what_is_in_order()
    {
        var (oldKey, newKey) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        var old = new DocumentSealer(new Sealer(KeyRing.Parse(oldKey, null)));
        var both = new DocumentSealer(new Sealer(KeyRing.Parse($"{newKey},{oldKey}", null)));
        var json = old.Accept(Config, """{"api_key":"x7Kq9","mode":"nx1","n":["a"]}"""u8, Rules);

        var resealed = both.Reseal(Config, json)!;

        Assert.Equal(Text(both.Mask(Config, json)), Text(both.Mask(Config, resealed)));
        Assert.Equal("x7Kq9", (string?)Parsed(new DocumentSealer(new Sealer(KeyRing.Parse(newKey, null))).Open(Config, resealed))!["api_key"]);
        Assert.Null(both.Reseal(Config, resealed));
        Assert.Null(both.Reseal(Config, """{"mode":"live"}"""u8));
        Assert.Null(both.Reseal(Config with { FormerRow = "9" }, resealed));
        Assert.Equal([("/api_key", both.Sealer.Keys.PrimaryId)], DocumentSealer.SealedValues(resealed));
        Assert.Empty(DocumentSealer.SealedValues("{}"u8));
    }

    [Fact]
    public void Values_of_a_former_place_are_bound_anew_and_others_stay()
    {
        var (former, present) = (Config with { Row = "9" }, Config with { FormerRow = "9" });
        var json = Utf8($$"""{"a":"{{Sealed(former, "/a")}}","b":"{{Sealed(present, "/b")}}"}""");
        _documents.Sealer.OpensFormerSeals = true;

        var resealed = _documents.Reseal(present, json)!;

        Assert.Equal((string?)Parsed(json)!["b"], (string?)Parsed(resealed)!["b"]);
        _documents.Sealer.OpensFormerSeals = false;
        Assert.Equal("""{"a":"secret","b":"secret"}""", Text(_documents.Open(present, resealed)));
        Assert.Null(_documents.Reseal(present, json));
        _documents.Sealer.OpensFormerSeals = true;
        Assert.Null(_documents.Reseal(present, """{"a":1}"""u8));
    }

    [Fact]
    public void What_is_much_longer_than_its_limit_is_refused_unread_and_says_how_long_it_is()
    {
        var rules = Rules with { MaxBytes = 100 };

        var error = Assert.Throws<NexusValidationException>(() => _documents.Accept(Config, Utf8(new string('x', 1601)), rules));
        Assert.Contains("must be at most 100 bytes, not 1601", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTooLarge);
        Assert.Contains("must be JSON; the error is at", Assert.Throws<NexusValidationException>(
            () => _documents.Accept(Config, Utf8("{" + new string('x', 1599)), rules)).Message, StringComparison.Ordinal);
        // Blanks and the length of a sealed value do not count.
        Assert.Equal("{}", Text(_documents.Accept(Config, Utf8("{" + new string(' ', 1590) + "}"), rules)));
        var stored = _documents.Accept(Config, Utf8($$"""{"api_key":"{{new string('k', 80)}}"}"""), rules);
        Assert.Equal(stored, _documents.Accept(Config, stored, rules));
    }

    [Theory]
    [InlineData("""{"a":1}""", 7)]
    [InlineData(""" { "a" : [ 1 , true , null , "x" , { } ] , "b" : "\u00f1\/" } """, 36)]
    [InlineData("""{"a":1e3,"b":-1.5e-2,"c":1.50,"d":-12e+1}""", 39)]
    [InlineData("""{"a":"\n\"","b":""}""", 19)]
    [InlineData("""{"a":"\n\"","b":"\t","\u0063":"\\"}""", 30)]
    public void The_length_of_a_stored_document_is_that_of_its_compact_form(string json, int length) =>
        Assert.Equal(length, DocumentSize.Of(Utf8(json)));

    [Theory]
    [InlineData("""{"a":"********"}""", 8)]
    [InlineData("""{"a":"********q83vabcd"}""", 8)]
    [InlineData("""{"a":"***"}""", 8)]
    [InlineData("""{"a":"live"}""", 12)]
    [InlineData("""{"a":1e3}""", 9)]
    [InlineData("""{"a":1.5e1}""", 8)]
    [InlineData("""{"a":1e999}""", 7)]
    [InlineData("""{"a":17}""", 8)]
    public void The_least_length_is_without_masks_and_with_the_shorter_form_of_numbers(string json, int length) =>
        Assert.Equal(length, DocumentSize.LeastOf(Utf8(json)));

    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    public void Only_what_was_not_checked_yet_may_be_too_deep(int levels)
    {
        var json = Utf8(new string('[', levels) + new string(']', levels));

        Assert.Equal(2 * levels, DocumentSize.Of(json));
        Assert.Equal(levels == 64 ? 2 * levels : DocumentSize.TooDeep, DocumentSize.LeastOf(json));
    }

    [Fact]
    public void A_mask_counts_in_what_is_stored() => Assert.Equal(16, DocumentSize.Of("""{"a":"********"}"""u8));

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Blanks_do_not_count_and_the_whole_length_is_named(int length, bool accepted)
    {
        var rules = Rules with { MaxBytes = 100 };
        var json = $$"""{"a":"{{new string('x', 45)}}","b":"{{new string('y', length - 60)}}"}""";
        var written = json.Replace(",", " ,  ", StringComparison.Ordinal);

        Assert.Equal(length, json.Length);
        if (accepted) Assert.Equal(json, Text(_documents.Accept(Config, Utf8(written), rules)));
        else Assert.Contains("at most 100 bytes, not 101",
            Assert.Throws<NexusValidationException>(() => _documents.Accept(Config, Utf8(written), rules)).Message, StringComparison.Ordinal);
        var longer = json[..^1] + $",\"c\":\"{new string('z', 500)}\",\"d\":1}}";
        Assert.Contains($"at most 100 bytes, not {longer.Length}",
            Assert.Throws<NexusValidationException>(() => _documents.Accept(Config, Utf8(longer), rules)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_that_is_one_sealed_text_is_resealed_and_a_value_of_the_primary_key_stays()
    {
        var (oldKey, newKey) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        var old = new DocumentSealer(new Sealer(KeyRing.Parse(oldKey, null)));
        var both = new DocumentSealer(new Sealer(KeyRing.Parse($"{newKey},{oldKey}", null)));

        var text = both.Reseal(Config, Utf8($"\"{SealedBy(old, Config, "")}\""))!;
        Assert.Equal("\"secret\"", Text(both.Open(Config, text)));

        var present = SealedBy(both, Config, "/b");
        var mixed = both.Reseal(Config, Utf8($$"""{"a":"{{SealedBy(old, Config, "/a")}}","b":"{{present}}","c":"live"}"""))!;
        Assert.Equal(present, (string?)Parsed(mixed)!["b"]);
        Assert.Equal("""{"a":"secret","b":"secret","c":"live"}""", Text(both.Open(Config, mixed)));
    }

    [Fact]
    public void A_number_beyond_the_bounds_names_them() => Assert.Contains(
        "is a number with more than 1000 digits, or with an exponent beyond -400 to 400",
        Assert.Throws<NexusValidationException>(() => _documents.Accept(Config, """{"a":1e401}"""u8, Rules)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_sealed_value_counts_by_its_plain_text()
    {
        var json = _documents.Accept(Config, """{"api_key":"x7Kq9","n":1}"""u8, Rules);

        Assert.Equal("""{"api_key":"x7Kq9","n":1}""".Length, DocumentSize.Of(json));
    }

    [Theory]
    [InlineData("1e3", 4)]
    [InlineData("1E+3", 4)]
    [InlineData("-1.5e-2", 6)]
    [InlineData("1.5e1", 2)]
    [InlineData("1.25e1", 4)]
    [InlineData("12.5e-3", 6)]
    [InlineData("-2e0", 2)]
    [InlineData("1e-400", 402)]
    [InlineData("17", 2)]
    [InlineData("-0.5", 4)]
    public void Numbers_are_measured_as_PostgreSQL_writes_them(string number, int length)
    {
        Assert.Equal(length, JsonNumber.LengthWrittenOut(Utf8(number)));
        Assert.True(JsonNumber.IsStorable(Utf8(number)));
    }

    [Fact]
    public void A_legacy_document_that_is_no_JSON_stays_and_says_where()
    {
        var found = _documents.AcceptLegacy(Config, "{\n\"a\": }"u8);

        Assert.Equal("{\n\"a\": }", Text(found.Json));
        Assert.Equal([("", "is not JSON; the error is at line 2, byte 6")], found.Problems);
        Assert.Equal(0, found.Sealed);
    }

    private string Sealed(SealContext context, string pointer) => SealedBy(_documents, context, pointer);

    private static string Sealed(byte[] value) => Text(value);

    private static string SealedBy(DocumentSealer documents, SealContext context, string pointer)
    {
        var output = new Utf8Buffer();
        documents.Seal(context, Utf8(pointer), "secret"u8, output);
        return Text(output.Written);
    }

    private static string? Moved(DocumentSealer documents, (SealContext, string, byte[]) from, SealContext to, string pointer)
    {
        var output = new Utf8Buffer();
        return documents.TryMove(from, to, pointer, output) ? Text(output.Written) : null;
    }

    /// <summary>The mask that the value has in its record.</summary>
    private string MaskOf(string value)
    {
        var output = new Utf8Buffer();
        _documents.Masks.Write(Config, Utf8(value), output);
        return Text(output.Written);
    }
}
