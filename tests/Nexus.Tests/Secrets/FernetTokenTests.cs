using System.Buffers.Text;
using System.Security.Cryptography;
using CsCheck;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>The vectors are the published ones: https://github.com/fernet/spec (generate.json, verify.json, invalid.json).</summary>
public sealed class FernetTokenTests
{
    private const string SpecKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
    private const string SpecToken = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

    [Fact]
    public void The_specifications_token_opens() => Assert.Equal("hello", OpenText(SpecToken, SpecKey));

    [Fact]
    public void The_specifications_token_opens_without_padding() => Assert.Equal("hello", OpenText(SpecToken.TrimEnd('='), SpecKey));

    [Theory]
    [InlineData("incorrect mac", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==")]
    [InlineData("too short", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==")]
    [InlineData("invalid base64", "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==")]
    [InlineData("payload size not multiple of block size",
        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm")]
    [InlineData("payload padding error", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==")]
    [InlineData("incorrect IV", "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==")]
    public void The_specifications_invalid_tokens_do_not_open(string reason, string token) => Assert.False(TryOpen(token, SpecKey, out _), reason);

    /// <summary>A token at rest does not age: what the specification calls expired or from the future is read.</summary>
    [Theory]
    [InlineData("gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==")]
    [InlineData("gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==")]
    public void Time_does_not_matter(string token) => Assert.True(TryOpen(token, SpecKey, out _));

    [Fact]
    public void Any_message_of_an_independent_implementation_opens() =>
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Byte.Array[32]).Sample((message, key) =>
        {
            var token = NewFernetToken(Padded(key), message);
            return FernetToken.IsToken(token) && FernetToken.TryOpen(token, key, out var plain) && plain.AsSpan().SequenceEqual(message);
        });

    [Fact]
    public void No_changed_or_cut_token_opens()
    {
        for (var at = 0; at < SpecToken.Length; at++)
        {
            var changed = string.Concat(SpecToken.AsSpan(0, at), SpecToken[at] == 'A' ? "B" : "A", SpecToken.AsSpan(at + 1));
            Assert.False(TryOpen(changed, SpecKey, out _), $"changed at {at}");
            if (at < SpecToken.Length - 2) Assert.False(TryOpen(SpecToken[..at], SpecKey, out _), $"cut at {at}");
        }
    }

    [Fact]
    public void Another_key_or_version_does_not_open()
    {
        Assert.False(TryOpen(SpecToken, KeyRing.GenerateKey(), out _));
        // The first digit of version 0x81 is still g, so the shape passes and the version is what refuses.
        var newer = NewFernetToken(SpecKey, Utf8("hello"), version: 0x81);
        Assert.False(TryOpen(newer, SpecKey, out _));
    }

    /// <summary>The last digit has bits that belong to no byte: each token has just one text.</summary>
    [Fact]
    public void A_token_with_spare_bits_does_not_open()
    {
        var spare = SpecToken.Replace("DA==", "DB==", StringComparison.Ordinal);
        Assert.True(FernetToken.IsToken(spare));
        Assert.False(TryOpen(spare, SpecKey, out var plain));
        Assert.Empty(plain);
    }

    [Fact]
    public void A_signed_message_with_a_wrong_padding_does_not_open()
    {
        var token = NewFernetToken(SpecKey, new byte[16], padding: PaddingMode.None);
        Assert.True(FernetToken.IsToken(token));
        Assert.False(TryOpen(token, SpecKey, out _));
    }

    [Theory]
    [InlineData(SpecToken, true)]
    [InlineData("gAAAA", false)]
    [InlineData("gAAAAABsomething", false)]
    [InlineData("plain text", false)]
    [InlineData("", false)]
    [InlineData(SpecToken + "=", false)]
    [InlineData("gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=", false)]
    [InlineData("gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ+eEwCGM4BLLF/5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==", false)]
    public void A_token_is_told_by_its_shape(string text, bool expected)
    {
        Assert.Equal(expected, FernetToken.IsToken(text));
        Assert.Equal(expected, FernetToken.IsToken(Utf8(text)));
    }

    private static string OpenText(string token, string key) => TryOpen(token, key, out var plain) ? Text(plain)
        : throw new CryptographicException("does not open");

    private static bool TryOpen(string token, string key, out byte[] plain) =>
        FernetToken.TryOpen(token, Base64Url.DecodeFromChars(key.TrimEnd('=')), out plain);
}
