using System.Buffers.Text;
using System.Security.Cryptography;
using CsCheck;
using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

public sealed class SealerTests
{
    private readonly Sealer _sealer = NewSealer();

    [Fact]
    public void Any_text_opens_as_it_was_sealed() =>
        AnyText.Sample(text => _sealer.Open(Place, _sealer.Seal(Place, text)) == text);

    [Theory]
    [InlineData(0)]
    [InlineData(467)]
    [InlineData(468)]
    [InlineData(469)]
    [InlineData(600_000)]
    public void Any_length_opens_as_it_was_sealed(int length)
    {
        var text = new string('ñ', length);

        Assert.Equal(text, _sealer.Open(Place, _sealer.Seal(Place, text)));
    }

    [Fact]
    public void A_sealed_value_has_the_documented_form()
    {
        var ciphertext = _sealer.Seal(Place, "four");

        Assert.Matches($"^nx1\\.{_sealer.Keys.PrimaryId}\\.[A-Za-z0-9_-]{{64}}$", ciphertext);
        Assert.True(Sealer.IsSealed(ciphertext));
        Assert.Equal(_sealer.Keys.PrimaryId, Sealer.KeyIdOf(ciphertext));
    }

    /// <summary>
    /// Another implementation, from the documented form alone: salt, nonce, ciphertext and tag under a derived key, bound to the place.
    /// </summary>
    [Fact]
    public void A_sealed_value_opens_with_the_primitives_alone()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var sealer = new Sealer(KeyRing.Parse(Convert.ToBase64String(key), null));
        var body = Body(sealer.Seal(new SealContext("t", "row", "fé"), "secret"));

        using var aes = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, salt: body[..16], info: "nexus seal v1"u8.ToArray()), 16);
        var plain = new byte["secret".Length];
        byte[] place = [0, 0, 0, 3, .. "nx1"u8, 0, 0, 0, 1, .. "t"u8, 0, 0, 0, 3, .. "row"u8, 0, 0, 0, 3, .. "fé"u8];
        aes.Decrypt(body.AsSpan(16, 12), body.AsSpan(28, plain.Length), body.AsSpan(28 + plain.Length), plain, place);

        Assert.Equal("secret", Text(plain));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("xy")]
    [InlineData("xyz")]
    public void No_changed_character_opens(string text)
    {
        const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. ";
        var ciphertext = _sealer.Seal(Place, text);
        for (var at = 0; at < ciphertext.Length; at++)
        {
            foreach (var digit in Digits.Where(digit => digit != ciphertext[at]))
            {
                var changed = string.Concat(ciphertext.AsSpan(0, at), digit.ToString(), ciphertext.AsSpan(at + 1));
                Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Place, changed));
            }
        }
    }

    [Fact]
    public void No_cut_or_lengthened_value_opens()
    {
        var ciphertext = _sealer.Seal(Place, "secret");
        for (var length = 0; length < ciphertext.Length; length++)
        {
            var cut = ciphertext[..length];
            Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Place, cut));
            if (length >= 4) Assert.Throws<NexusValidationException>(() => _sealer.Accept(Place, cut, "apiKey"));
        }
        foreach (var more in new[] { "A", "AA", "AAA", "AAAA", "=", " ", "\n", "é" })
            Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Place, ciphertext + more));
    }

    [Fact]
    public void A_value_opens_at_its_own_place_alone()
    {
        // Short parts of few letters, so that different places often have the same text put together.
        var part = Gen.Char['a', 'b'].Array[0, 3].Select(letters => new string(letters));
        var place = Gen.Select(part, part, part, (table, row, field) => new SealContext(table, row, field));
        Gen.Select(place, place).Sample((home, other) =>
        {
            var ciphertext = _sealer.Seal(home, "secret");
            if (home == other) return _sealer.Open(other, ciphertext) == "secret";
            Assert.Throws<SecretUnreadableException>(() => _sealer.Open(other, ciphertext));
            return true;
        });
    }

    [Fact]
    public void The_same_text_is_never_sealed_the_same_way()
    {
        var ciphertexts = Enumerable.Range(0, 1000).Select(_ => _sealer.Seal(Place, "secret")).ToHashSet();

        Assert.Equal(1000, ciphertexts.Count);
        Assert.NotEqual(Body(_sealer.Seal(Place, ""))[..16], Body(new Sealer(_sealer.Keys).Seal(Place, ""))[..16]);
    }

    [Fact]
    public void An_unreadable_value_says_where_it_stands_which_key_it_names_and_why()
    {
        var ciphertext = _sealer.Seal(Place, "secret");
        var stranger = NewSealer();

        var unknown = Assert.Throws<SecretUnreadableException>(() => stranger.Open(Place, ciphertext));
        Assert.Equal("sessions/123456789/api_key", unknown.Field);
        Assert.Equal(_sealer.Keys.PrimaryId, unknown.KeyId);
        Assert.Contains($"key id {_sealer.Keys.PrimaryId}", unknown.Message, StringComparison.Ordinal);
        Assert.Contains(stranger.Keys.PrimaryId, unknown.Message, StringComparison.Ordinal);

        Assert.Contains("was truncated", Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Place, ciphertext[..30])).Message,
            StringComparison.Ordinal);
        Assert.Contains("another row or field",
            Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Place with { Row = "2" }, ciphertext)).Message, StringComparison.Ordinal);
        foreach (var plain in (string[])["plain", "é", ""])
            Assert.Contains("the stored value is not sealed", Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Place, plain)).Message,
                StringComparison.Ordinal);
        foreach (var cut in (string[])["nx1.x", "nx1.0123abcd.é", ciphertext + "é"])
            Assert.Contains("was truncated (key id unknown)", Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Place, cut)).Message,
                StringComparison.Ordinal);
        Assert.Contains($"was truncated (key id {_sealer.Keys.PrimaryId})",
            Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Place, ciphertext[..30])).Message, StringComparison.Ordinal);

        var two = KeyRing.Parse($"{KeyRing.GenerateKey()},{KeyRing.GenerateKey()}", null);
        Assert.Contains($"(ids {two.Ids[0]}, {two.Ids[1]})",
            Assert.Throws<SecretUnreadableException>(() => new Sealer(two).Open(Place, ciphertext)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nx1")]
    [InlineData("nx1.")]
    [InlineData("nx1.0123abcd.")]
    [InlineData("nx1.0123ABCD.AAAA")]
    [InlineData("nx1.0123abc.AAAA")]
    [InlineData("nx1.0123abcd.AA+A")]
    [InlineData("nx1.0123abcdxAAAA")]
    [InlineData("nx1.0123abcd.AAé")]
    [InlineData("nx2.0123abcd.AAAA")]
    [InlineData(" nx1.0123abcd.AAAA")]
    public void What_only_resembles_a_sealed_value_is_none(string? value)
    {
        Assert.False(Sealer.IsSealed(value));
        Assert.Null(Sealer.KeyIdOf(value));
        Assert.False(_sealer.NeedsReseal(value));
    }

    [Fact]
    public void Accepting_seals_plain_text_and_returns_a_value_sealed_for_the_place_as_it_is()
    {
        var ciphertext = _sealer.Accept(Place, "secret", "apiKey");

        Assert.Equal("secret", _sealer.Open(Place, ciphertext));
        Assert.Equal(ciphertext, _sealer.Accept(Place, ciphertext, "apiKey"));
    }

    [Fact]
    public void Accepting_refuses_a_foreign_sealed_value_and_names_the_callers_field()
    {
        string[] foreign = [_sealer.Seal(Place with { Row = "2" }, "secret"), NewSealer().Seal(Place, "secret"),
            _sealer.Seal(Place, "secret")[..40], "nx1.whatever"];

        foreach (var value in foreign)
        {
            var error = Assert.Throws<NexusValidationException>(() => _sealer.Accept(Place, value, "apiKey"));
            Assert.Equal("apiKey", error.Field);
            Assert.Contains("belongs to another row or field, was truncated, or needs a missing key", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(value, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Accepting_refuses_the_mask() =>
        Assert.Contains("mask", Assert.Throws<NexusValidationException>(() => _sealer.Accept(Place, Secret.Mask, "apiKey")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(@"a\0b", "NUL")]
    [InlineData(@"\0", "NUL")]
    [InlineData(@"a\uD800", "surrogate")]
    [InlineData(@"\uDC00a", "surrogate")]
    [InlineData(@"\uDC00\uD800", "surrogate")]
    public void Text_that_no_store_holds_is_refused(string escaped, string reason)
    {
        // Halves of surrogate pairs do not survive in an attribute.
        var text = System.Text.RegularExpressions.Regex.Unescape(escaped);

        Assert.Contains(reason, Assert.Throws<NexusValidationException>(() => _sealer.Seal(Place, text)).Message, StringComparison.Ordinal);
        var error = Assert.Throws<NexusValidationException>(() => _sealer.Accept(Place, text, "apiKey"));
        Assert.Equal("apiKey", error.Field);
    }

    [Fact]
    public void Resealing_moves_a_value_under_the_primary_key()
    {
        var (oldKey, newKey) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        var ciphertext = new Sealer(KeyRing.Parse(oldKey, null)).Seal(Place, "secret");
        var both = new Sealer(KeyRing.Parse($"{newKey},{oldKey}", null));

        Assert.True(both.NeedsReseal(ciphertext));
        var resealed = both.Reseal(Place, ciphertext);

        Assert.False(both.NeedsReseal(resealed));
        Assert.Equal("secret", new Sealer(KeyRing.Parse(newKey, null)).Open(Place, resealed));
        Assert.False(both.NeedsReseal(null));
        Assert.False(both.NeedsReseal("plain"));
    }

    public static byte[] Body(string ciphertext) => Base64Url.DecodeFromChars(ciphertext.AsSpan(ciphertext.LastIndexOf('.') + 1));
}
