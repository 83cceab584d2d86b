using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>Values that an earlier version bound to another row.</summary>
public sealed class FormerSealsTests
{
    private static readonly SealContext Trade = new("trades", "0190b2c4", "metadata") { FormerRow = "123456789" };
    private static readonly SealContext Chat = new("trades", "123456789", "metadata");

    private readonly Sealer _sealer = NewSealer();

    [Fact]
    public void They_open_only_while_the_store_has_some()
    {
        var former = _sealer.Seal(Chat, "secret");

        Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Trade, former));
        _sealer.OpensFormerSeals = true;
        Assert.Equal("secret", _sealer.Open(Trade, former));
        Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Trade with { FormerRow = "2" }, former));
        Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Trade with { FormerRow = null }, former));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_value_of_the_present_place_opens_in_both_cases(bool opensFormer)
    {
        _sealer.OpensFormerSeals = opensFormer;

        Assert.Equal("secret", _sealer.Open(Trade, _sealer.Seal(Trade, "secret")));
        Assert.Equal("secret", _sealer.Open(Chat, _sealer.Seal(Chat, "secret")));
    }

    [Fact]
    public void Of_an_unknown_key_nothing_else_is_said_at_either_place()
    {
        _sealer.OpensFormerSeals = true;
        var stranger = NewSealer();

        Assert.Contains($"sealed with key id {stranger.Keys.PrimaryId}",
            Assert.Throws<SecretUnreadableException>(() => _sealer.Open(Trade, stranger.Seal(Chat, "secret"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whether_a_value_is_bound_to_the_present_place_does_not_depend_on_what_opens()
    {
        var (former, present) = (Utf8(_sealer.Seal(Chat, "secret")), Utf8(_sealer.Seal(Trade, "secret")));
        foreach (var opens in (bool[])[false, true])
        {
            _sealer.OpensFormerSeals = opens;
            Assert.False(_sealer.IsBoundToPresentPlace(Trade, [], former));
            Assert.True(_sealer.IsBoundToPresentPlace(Trade, [], present));
        }
    }

    [Fact]
    public void Resealing_binds_a_value_to_the_present_place()
    {
        var former = _sealer.Seal(Chat, "secret");
        _sealer.OpensFormerSeals = true;

        var resealed = _sealer.Reseal(Trade, former);

        _sealer.OpensFormerSeals = false;
        Assert.Equal("secret", _sealer.Open(Trade, resealed));
        var error = Assert.Throws<SecretUnreadableException>(() => _sealer.Reseal(Trade, former));
        Assert.Equal(("trades/0190b2c4/metadata", _sealer.Keys.PrimaryId), (error.Field, error.KeyId));
    }
}
