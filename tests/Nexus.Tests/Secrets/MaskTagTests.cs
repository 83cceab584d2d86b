using System.Buffers.Text;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>The tags of masks. A caller keeps masks for as long as it likes, so that a later version must make the same of the same value.</summary>
public sealed class MaskTagTests
{
    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /// <summary>Sealed under any key: its nonce is the bytes 50 to 61.</summary>
    private const string Sealed = "nx1.0a1b2c3d.ZGVmZ2hpamtsbW5vcHFyczIzNDU2Nzg5Ojs8PQAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private readonly KeyRing _ring = KeyRing.Parse(Key, null);

    [Theory]
    [InlineData("123456789", Sealed, "********vtmmzKdyZHr_sdzKYmKyGQ")]
    [InlineData("123456789", "key", "********xyCVvJnd1UrtfU1w_pGDzA")]
    [InlineData("ключ", Sealed, "********C0iA2MqWpU6wUehfutf4dg")]
    public void A_mask_is_what_every_version_has_made_of_the_value(string row, string value, string mask)
    {
        Assert.Equal(mask, MaskOf(_ring, Place with { Row = row }, value));
        Assert.Equal([mask], new MaskTags(_ring).AllOf(Place with { Row = row }, Utf8(value)));
    }

    [Fact]
    public void A_mask_depends_on_the_nonce_alone_and_not_on_the_field_the_key_or_the_text()
    {
        var other = Sealed.Replace("0a1b2c3d.ZGVm", "ffffffff.AAAA", StringComparison.Ordinal).Replace("AAAA", "BBBB", StringComparison.Ordinal);

        Assert.Equal(MaskOf(_ring, Place, Sealed), MaskOf(_ring, Place with { Field = "config" }, other));
    }

    [Fact]
    public void Records_values_and_kinds_of_values_have_masks_of_their_own()
    {
        SealContext[] records =
        [
            new("sessions", "12", ""), new("sessions1", "2", ""), new("session", "s12", ""), new("", "sessions12", ""), new("", "漢字漢字", ""),
        ];
        var nonce = Text(Base64Url.DecodeFromUtf8(Utf8(Sealed[13..])).AsSpan(16, 12));
        string[] values = [Sealed, Sealed.Replace("Nzg5", "Nzg6", StringComparison.Ordinal), nonce, "key", "key2", Sealed[..40], new('x', 5000)];

        var masks = records.SelectMany(record => values.Select(value => MaskOf(_ring, record, value))).ToArray();

        Assert.Equal(masks.Length, masks.Distinct(StringComparer.Ordinal).Count());
        Assert.All(masks, mask => Assert.Equal(MaskText.Length, mask.Length));
    }

    [Fact]
    public void A_value_is_known_by_the_masks_of_all_keys()
    {
        var fresh = KeyRing.GenerateKey();
        var both = KeyRing.Parse($"{fresh},{Key}", null);

        Assert.Equal([MaskOf(KeyRing.Parse(fresh, null), Place, Sealed), MaskOf(_ring, Place, Sealed)],
            new MaskTags(both).AllOf(Place, Utf8(Sealed)));
        Assert.Equal(MaskOf(KeyRing.Parse(fresh, null), Place, Sealed), MaskOf(both, Place, Sealed));
    }

    [Fact]
    public void A_mask_is_appended()
    {
        var output = new Utf8Buffer();
        output.Append("before "u8);

        new MaskTags(_ring).Write(Place, Utf8(Sealed), output);

        Assert.Equal("before " + MaskOf(_ring, Place, Sealed), Text(output.Written));
    }

    private static string MaskOf(KeyRing ring, SealContext record, string value)
    {
        var output = new Utf8Buffer();
        new MaskTags(ring).Write(record, Utf8(value), output);
        return Text(output.Written);
    }
}
