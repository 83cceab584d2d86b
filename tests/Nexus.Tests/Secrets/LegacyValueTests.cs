using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

public sealed class LegacyValueTests
{
    private readonly string _legacyKey = KeyRing.GenerateKey();
    private readonly Sealer _sealer;

    public LegacyValueTests() => _sealer = new Sealer(KeyRing.Parse(KeyRing.GenerateKey(), _legacyKey));

    [Fact]
    public void A_token_opens_with_any_key_of_the_ring()
    {
        Assert.True(_sealer.TryOpenLegacy(NewFernetToken(_legacyKey, "contraseña"), out var plain, out var reason));
        Assert.Equal("contraseña", plain);
        Assert.Equal("", reason);
    }

    [Fact]
    public void A_token_of_another_key_says_which_keys_were_tried()
    {
        var token = NewFernetToken(KeyRing.GenerateKey(), "secret");

        Assert.False(_sealer.TryOpenLegacy(token, out var plain, out var reason));
        Assert.Equal("", plain);
        Assert.All(_sealer.Keys.Ids, id => Assert.Contains(id, reason, StringComparison.Ordinal));
        Assert.DoesNotContain(token, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_holds_a_token_opens_to_the_innermost_text()
    {
        var older = KeyRing.GenerateKey();
        var token = NewFernetToken(_legacyKey, NewFernetToken(older, NewFernetToken(_legacyKey, "secret")));

        Assert.True(new Sealer(KeyRing.Parse(older, _legacyKey)).TryOpenLegacy(token, out var plain, out _));
        Assert.Equal("secret", plain);
        Assert.False(_sealer.TryOpenLegacy(token, out _, out var reason));
        Assert.Contains("holds another Fernet token", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_inside_tokens_are_opened_up_to_a_bound()
    {
        var token = NewFernetToken(_legacyKey, "secret");
        for (var layer = 1; layer < LegacyValue.MaxLayers; layer++) token = NewFernetToken(_legacyKey, token);

        Assert.True(_sealer.TryOpenLegacy(token, out var plain, out _));
        Assert.Equal("secret", plain);
        Assert.False(_sealer.TryOpenLegacy(NewFernetToken(_legacyKey, token), out _, out var reason));
        Assert.Contains($"more than {LegacyValue.MaxLayers} others", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_holds_no_text_is_reported()
    {
        Assert.False(_sealer.TryOpenLegacy(NewFernetToken(_legacyKey, [0xFF, 0xFE, 0x80]), out _, out var reason));
        Assert.Contains("UTF-8", reason, StringComparison.Ordinal);
        Assert.False(_sealer.TryOpenLegacy("plain", out _, out _));
    }

    [Fact]
    public void Plain_text_and_tokens_are_sealed_and_sealed_values_stay()
    {
        Assert.True(_sealer.TryAcceptLegacy(Place, "secret", out var fromPlain, out _));
        Assert.True(_sealer.TryAcceptLegacy(Place, NewFernetToken(_legacyKey, "secret"), out var fromToken, out _));
        Assert.True(_sealer.TryAcceptLegacy(Place, fromPlain, out var again, out _));

        Assert.Equal("secret", _sealer.Open(Place, fromPlain));
        Assert.Equal("secret", _sealer.Open(Place, fromToken));
        Assert.Equal(fromPlain, again);
    }

    [Fact]
    public void What_cannot_be_converted_stays_as_it_was()
    {
        string[] values = [NewFernetToken(KeyRing.GenerateKey(), "secret"), NewFernetToken(_legacyKey, "a\0b"), "a\uD800",
            NewSealer().Seal(Place, "secret"), "nx1.x"];

        foreach (var value in values)
        {
            Assert.False(_sealer.TryAcceptLegacy(Place, value, out var kept, out var reason));
            Assert.Equal(value, kept);
            Assert.NotEqual("", reason);
        }
    }

    [Fact]
    public void A_sealed_text_that_was_sealed_or_encrypted_once_more_is_unwrapped()
    {
        var inner = _sealer.Seal(Place, "secret");
        string[] wrapped = [_sealer.Seal(Place, inner), _sealer.Seal(Place, _sealer.Seal(Place, inner)), NewFernetToken(_legacyKey, inner),
            _sealer.Seal(Place, NewFernetToken(_legacyKey, inner))];

        foreach (var value in wrapped)
        {
            Assert.True(_sealer.TryAcceptLegacy(Place, value, out var kept, out var reason));
            Assert.Equal((inner, ""), (kept, reason));
        }
    }

    [Fact]
    public void A_token_with_a_foreign_sealed_text_stays_and_says_why()
    {
        var token = NewFernetToken(_legacyKey, NewSealer().Seal(Place, "secret"));

        Assert.False(_sealer.TryAcceptLegacy(Place, token, out var kept, out var reason));
        Assert.Equal(token, kept);
        Assert.StartsWith("holds a text that is a sealed value that belongs to another row", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_are_unwrapped_up_to_a_bound()
    {
        var value = _sealer.Seal(Place, "secret");
        for (var layer = 1; layer < LegacyValue.MaxLayers; layer++) value = _sealer.Seal(Place, value);

        Assert.True(_sealer.TryAcceptLegacy(Place, value, out var kept, out _));
        Assert.Equal("secret", _sealer.Open(Place, kept));
        var deeper = _sealer.Seal(Place, value);
        Assert.False(_sealer.TryAcceptLegacy(Place, deeper, out kept, out _));
        Assert.Equal(deeper, kept);
    }
}
