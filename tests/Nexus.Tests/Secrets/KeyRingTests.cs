using System.Security.Cryptography;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Tests.Secrets;

public sealed class KeyRingTests
{
    [Fact]
    public void The_first_key_is_the_primary_and_all_are_in_the_ring()
    {
        var (first, second) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());

        var ring = KeyRing.Parse($"{first},{second}", null);

        Assert.Equal(2, ring.Ids.Count);
        Assert.Equal(ring.PrimaryId, ring.Ids[0]);
        Assert.Equal(KeyRing.Parse(second, null).PrimaryId, ring.Ids[1]);
        Assert.All(ring.Ids, id => Assert.True(ring.Contains(id)));
        Assert.False(ring.Contains("00000000"));
    }

    [Fact]
    public void A_key_id_is_derived_from_the_key_as_documented()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var expected = Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 4, info: "nexus key id v1"u8.ToArray()));

        Assert.Equal(expected, KeyRing.Parse(Convert.ToBase64String(key), null).PrimaryId);
    }

    [Fact]
    public void The_fernet_key_joins_the_ring_behind_the_others_and_leads_where_there_are_none()
    {
        var (key, fernet) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        var fernetId = KeyRing.Parse(null, fernet).PrimaryId;

        Assert.Equal([fernetId], KeyRing.Parse("  ", fernet).Ids);
        Assert.Equal([KeyRing.Parse(key, null).PrimaryId, fernetId], KeyRing.Parse(key, fernet).Ids);
        Assert.Equal([fernetId, KeyRing.Parse(key, null).PrimaryId], KeyRing.Parse($"{fernet},{key}", fernet).Ids);
    }

    [Fact]
    public void Both_alphabets_padding_or_none_and_blanks_around_name_the_same_key()
    {
        // The digits of these 32 bytes are those in which the two alphabets differ.
        byte[] plus = [0xFB, 0xEF, 0xBE];
        byte[] bytes = [.. Enumerable.Repeat((byte)0xFF, 15), .. Enumerable.Repeat(plus, 5).SelectMany(part => part), 0xFF, 0xFF];
        var standard = Convert.ToBase64String(bytes);
        var urlSafe = standard.Replace('/', '_').Replace('+', '-');
        string[] forms = [standard, urlSafe, standard.TrimEnd('='), urlSafe.TrimEnd('='), $"  {urlSafe}\t\r\n"];

        Assert.Single(forms.Select(form => KeyRing.Parse(form, null).PrimaryId).Distinct());
        Assert.Single(KeyRing.Parse(string.Join(" ,\n", forms), null).Ids);
    }

    [Fact]
    public void A_generated_key_has_the_form_of_a_fernet_key_and_is_never_the_same()
    {
        var keys = Enumerable.Range(0, 50).Select(_ => KeyRing.GenerateKey()).ToArray();

        Assert.Equal(50, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Matches("^[A-Za-z0-9_-]{43}=$", key));
        Assert.All(keys, key => Assert.True(KeyRing.IsKey(key)));
        Assert.Equal(50, keys.Select(key => KeyRing.Parse(key, null).PrimaryId).Distinct().Count());
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==")] // 31 bytes
    [InlineData("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==")] // 34 bytes
    [InlineData("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE==")]
    [InlineData("QUFBQUFBQUFBQUFBQUFB!UFBQUFBQUFBQUFBQUFBQUE=")]
    [InlineData("QUFBQUFBQUFBQUFBQUFB QUFBQUFBQUFBQUFBQUFBQUE=")]
    [InlineData("QUFBQUFBQUFBQUFBQUFB UFBQUFBQUFBQUFBQUFBQUE=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA=")] // a blank inside
    [InlineData("")]
    public void A_bad_entry_is_named_by_its_position_and_never_by_its_value(string bad)
    {
        var error = Assert.Throws<NexusConfigurationException>(() => KeyRing.Parse($"{KeyRing.GenerateKey()},{bad}", null));

        Assert.Equal("Keys", error.Setting);
        Assert.Contains($"entry 2 of 2 {(bad.Length == 0 ? "is empty" : "is not a key")}: ", error.Message, StringComparison.Ordinal);
        if (bad.Length > 0) Assert.DoesNotContain(bad, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  ")]
    [InlineData("\t")]
    public void An_entry_of_blanks_is_empty(string blank) => Assert.Contains("entry 1 of 2 is empty",
        Assert.Throws<NexusConfigurationException>(() => KeyRing.Parse($"{blank},{KeyRing.GenerateKey()}", null)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_keys_whose_ids_are_equal_by_chance_are_refused_and_one_key_twice_is_not()
    {
        // Found by search among 60,000 keys: an id has four bytes.
        var (one, other) = (KeyOf(41119), KeyOf(59040));
        var id = KeyRing.Parse(one, null).PrimaryId;

        Assert.Equal(id, KeyRing.Parse(other, null).PrimaryId);
        Assert.Equal([id], KeyRing.Parse($"{one},{one}", one).Ids);
        foreach (var (keys, fernet, setting) in new[] { ($"{one},{other}", null, "Keys"), (one, (string?)other, "EncryptionKey") })
        {
            var error = Assert.Throws<NexusConfigurationException>(() => KeyRing.Parse(keys, fernet));
            Assert.Equal(setting, error.Setting);
            Assert.Contains($"two different keys have the same id {id}", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(other, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_bad_fernet_key_names_its_setting()
    {
        var error = Assert.Throws<NexusConfigurationException>(() => KeyRing.Parse(KeyRing.GenerateKey(), "not a key"));

        Assert.Equal("EncryptionKey", error.Setting);
        Assert.Contains("the value is not a key: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not a key", error.Message.Replace("is not a key", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", " ")]
    public void Without_a_key_the_error_says_how_to_make_one(string? keys, string? encryptionKey)
    {
        var error = Assert.Throws<NexusConfigurationException>(() => KeyRing.Parse(keys, encryptionKey));

        Assert.Equal("Keys", error.Setting);
        Assert.Contains("generate a key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_shows_ids_and_no_key()
    {
        var key = KeyRing.GenerateKey();
        var ring = KeyRing.Parse(key, null);

        Assert.Equal($"keys {ring.PrimaryId}", ring.ToString());
        Assert.Equal(ring.PrimaryId, ring.Primary.ToString());
        Assert.DoesNotContain(key[..8], ring.ToString(), StringComparison.Ordinal);
        var two = KeyRing.Parse($"{key},{KeyRing.GenerateKey()}", null);
        Assert.Equal($"keys {two.Ids[0]}, {two.Ids[1]}", two.ToString());
    }

    private static string KeyOf(int number)
    {
        var bytes = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return Convert.ToBase64String(bytes);
    }
}
