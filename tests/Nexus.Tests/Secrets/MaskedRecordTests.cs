using System.Buffers.Text;
using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>
/// Masks that come back, where the store holds what Nexus does not write itself, and at the limits. What callers rely on is in
/// <c>MasksFrontContract</c>.
/// </summary>
public sealed class MaskedRecordTests
{
    private readonly Sealer _sealer = NewSealer();
    private readonly DocumentSealer _documents;

    public MaskedRecordTests() => _documents = new DocumentSealer(_sealer);

    [Theory]
    [InlineData("""{"mode":"PILOT"}""")]
    [InlineData("""{"note":"**bold** and ***both***"}""")]
    public void A_document_without_a_mask_stays_as_it_is(string json) =>
        Assert.Null(new MaskedRecord(_documents).Add(Config, Accept("""{"token":"the-bot-token"}""")).Resolve(Config, Utf8(json), Rules));

    [Fact]
    public void A_record_that_does_not_exist_yet_has_no_secrets()
    {
        var record = new MaskedRecord(_documents).Add(Config, default(ReadOnlyMemory<byte>)).Add(Place, (string?)null).Add(Place, "");
        var mask = MaskOf(Config, Accept("""{"token":"the-bot-token"}"""));

        var refused = Assert.Throws<NexusValidationException>(() => record.Resolve(Config, Utf8($$"""{"token":"{{mask}}"}"""), Rules));

        Assert.Equal("config.token", refused.Field);
        Assert.Contains("does not match a secret of the stored record", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_takes_its_mask_back_and_every_other_value_as_it_is()
    {
        var stored = _sealer.Seal(Place, "the-key");
        var record = new MaskedRecord(_documents).Add(Place, stored);

        Assert.Equal(stored, record.ResolveValue(Place, MaskOf(Place, stored), "apiKey"));
        Assert.Equal("another-key", record.ResolveValue(Place, "another-key", "apiKey"));
        Assert.Null(record.ResolveValue(Place, null, "apiKey"));
        var refused = Assert.Throws<NexusValidationException>(() => record.ResolveValue(Place, Secret.Mask, "apiKey"));
        Assert.Equal("apiKey", refused.Field);
        // In another column it is sealed for that place.
        var secret = Place with { Field = "api_secret" };
        Assert.Equal("the-key", _sealer.Open(secret, record.ResolveValue(secret, MaskOf(Place, stored), "apiSecret")!));
    }

    [Fact]
    public void Text_that_somebody_put_into_the_store_is_never_sealed_by_moving_its_mask()
    {
        var planted = """{"api_key":"planted-text-7"}"""u8.ToArray();
        var record = new MaskedRecord(_documents).Add(Config, planted).Add(Place, "planted-key");
        var mask = MaskOf(Config, planted);

        // In its place it stays what it is.
        Assert.Equal(Text(planted), Text(record.Resolve(Config, Utf8($$"""{"api_key":"{{mask}}"}"""), Rules)));
        Assert.Equal("planted-key", record.ResolveValue(Place, MaskOf(Place, "planted-key"), "apiKey"));
        var moved = Assert.Throws<NexusValidationException>(() => record.Resolve(Config, Utf8($$"""{"other":"{{mask}}"}"""), Rules));
        Assert.Contains("something other than Nexus wrote it", moved.Message, StringComparison.Ordinal);
        var column = Assert.Throws<NexusValidationException>(
            () => record.ResolveValue(Place with { Field = "api_secret" }, MaskOf(Place, "planted-key"), "apiSecret"));
        Assert.Contains("something other than Nexus wrote it", column.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_text_that_somebody_put_into_two_places_is_not_sealed_either()
    {
        var planted = """{"api_key":"planted-text-7","password":"planted-text-7"}"""u8.ToArray();
        var record = new MaskedRecord(_documents).Add(Config, planted);

        var moved = Assert.Throws<NexusValidationException>(
            () => record.Resolve(Config, Utf8($$"""{"other":"{{MaskOf(Config, planted)}}"}"""), Rules));

        Assert.Contains("something other than Nexus wrote it", moved.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bare_stars_in_the_place_of_a_secret_stand_for_nothing()
    {
        var record = new MaskedRecord(_documents).Add(Config, Accept("""{"password":"the-password"}"""));

        var refused = Assert.Throws<NexusValidationException>(() => record.Resolve(Config, """{"password":"***"}"""u8.ToArray(), Rules));

        Assert.Equal("config.password", refused.Field);
        Assert.Null(record.Resolve(Config, """{"note":"***"}"""u8.ToArray(), Rules));
    }

    [Fact]
    public void A_secret_that_cannot_be_opened_stays_in_its_place_and_is_not_moved()
    {
        var foreign = new DocumentSealer(NewSealer()).Accept(Config, """{"api_key":"of-another-key"}"""u8, Rules);
        var record = new MaskedRecord(_documents).Add(Config, foreign);
        var mask = MaskOf(Config, foreign);

        Assert.Equal(Text(foreign), Text(record.Resolve(Config, Utf8($$"""{"api_key":"{{mask}}"}"""), Rules)));
        var refused = Assert.Throws<NexusValidationException>(() => record.Resolve(Config, Utf8($$"""{"list":["{{mask}}"]}"""), Rules));
        Assert.Equal("config.list[0]", refused.Field);
        Assert.Contains("cannot be opened with the configured keys", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("or send the secret itself", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_of_several_places_that_hold_one_secret_may_be_put_anywhere()
    {
        var stored = Accept("""{"api_key":"shared-secret"}""");
        var mask = MaskOf(Config, stored);
        var twice = new MaskedRecord(_documents).Add(Config, stored)
            .Resolve(Config, Utf8($$"""{"api_key":"{{mask}}","password":"{{mask}}"}"""), Rules)!;

        var third = new MaskedRecord(_documents).Add(Config, twice).Resolve(Config, Utf8($$"""{"token":"{{mask}}"}"""), Rules)!;

        Assert.Equal("""{"token":"shared-secret"}""", Text(_documents.Open(Config, third)));
        // Where it stands already, nothing is sealed again.
        Assert.Equal(Text(twice), Text(new MaskedRecord(_documents).Add(Config, twice)
            .Resolve(Config, Utf8($$"""{"api_key":"{{mask}}","password":"{{mask}}"}"""), Rules)));
        Assert.NotEqual(Text(twice), Text(new MaskedRecord(_documents).Add(Config, twice)
            .Resolve(Config, Utf8($$"""{"password":"{{mask}}","token":"{{mask}}"}"""), Rules)));
    }

    [Fact]
    public void A_mask_that_stands_for_two_secrets_is_refused_even_in_their_places()
    {
        var (first, second) = SealedWithOneNonce("first", "second");
        var stored = Utf8($$"""{"api_key":"{{first}}","password":"{{second}}"}""");
        var mask = MaskOf(Config, Utf8($$"""{"api_key":"{{first}}"}"""));
        var record = new MaskedRecord(_documents).Add(Config, stored);

        var refused = Assert.Throws<NexusValidationException>(() => record.Resolve(Config, Utf8($$"""{"api_key":"{{mask}}"}"""), Rules));

        Assert.Equal("config.api_key", refused.Field);
        Assert.Contains("more than one secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_of_a_document_counts_the_secrets_that_its_masks_stand_for()
    {
        var stored = Accept($$"""{"token":"{{NewSecret(100)}}"}""");
        var record = new MaskedRecord(_documents).Add(Config, stored);
        var masked = Utf8($$"""{"token":"{{MaskOf(Config, stored)}}"}""");
        var length = """{"token":""}""".Length + 100;

        Assert.NotNull(record.Resolve(Config, masked, Rules with { MaxBytes = length }));
        var refused = Assert.Throws<NexusValidationException>(() => record.Resolve(Config, masked, Rules with { MaxBytes = length - 1 }));

        Assert.True(refused.IsTooLarge);
        Assert.Equal("config", refused.Field);
        Assert.Contains($"at most {length - 1} bytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"not {length}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_masks_of_a_long_secret_are_refused_before_the_document_has_grown()
    {
        // Each limit by itself: what the secrets hold, and what the document is.
        var unlimited = Rules with { MaxBytes = int.MaxValue };
        var stored = Accept($$"""{"token":"{{NewSecret(16 * 1024)}}"}""");
        var record = new MaskedRecord(_documents).Add(Config, stored);
        var mask = MaskOf(Config, stored);

        Assert.NotNull(record.Resolve(Config, Masked(16), unlimited));
        var refused = Assert.Throws<NexusValidationException>(() => record.Resolve(Config, Masked(17), unlimited));

        Assert.True(refused.IsTooLarge);
        Assert.Equal("config", refused.Field);
        Assert.Contains($"at most {256 * 1024} bytes", refused.Message, StringComparison.Ordinal);

        byte[] Masked(int count) => Utf8($$"""{"token":[{{string.Join(',', Enumerable.Repeat($"\"{mask}\"", count))}}]}""");
    }

    private byte[] Accept(string json) => _documents.Accept(Config, Utf8(json), Rules);

    /// <summary>The first mask that a read of the document shows.</summary>
    private string MaskOf(SealContext column, byte[] document)
    {
        var shown = Text(_documents.Mask(column, document));
        return shown.Substring(shown.IndexOf(Secret.Mask, StringComparison.Ordinal), MaskText.Length);
    }

    private string MaskOf(SealContext column, string value)
    {
        var mask = new Utf8Buffer();
        _documents.Masks.Write(column, Utf8(value), mask);
        return Text(mask.Written);
    }

    /// <summary>As a program would that has a key and misuses it: one nonce for two texts.</summary>
    private (string First, string Second) SealedWithOneNonce(string first, string second)
    {
        var one = _sealer.Seal(Config with { Field = "config/api_key" }, first);
        var nonce = Base64Url.DecodeFromChars(one.AsSpan(13))[16..28];
        var body = new byte[SealedFormat.Overhead + second.Length];
        Utf8(second).CopyTo(body.AsSpan(SealCipher.TextOf(second.Length)));
        var place = new byte[SealedFormat.MaxPlaceLength(Config, "/password".Length)];
        _sealer.Cipher.SealMoved(place.AsSpan(0, SealedFormat.WritePlace(Config, "/password"u8, place)), nonce, body);
        var text = new byte[SealedFormat.TextLength(body.Length)];
        SealedFormat.Write(_sealer.Keys.PrimaryId, body, text.AsSpan());
        return (one, Text(text));
    }
}
