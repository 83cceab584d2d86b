using System.Security.Cryptography;
using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>Keys by purpose, nonces and buffers of the cipher. What these tests fix is in stored values or keeps keys apart.</summary>
public sealed class SealCipherTests
{
    private const int HeadLength = SealedFormat.SaltLength + SealedFormat.NonceLength;

    [Fact]
    public void Each_purpose_has_a_key_of_its_own_as_documented()
    {
        var bytes = RandomNumberGenerator.GetBytes(32);
        var key = new RingKey(bytes);
        var mask = new byte[32];
        key.HashMask("identity"u8, mask);
        using var code = key.StartOutboxCode();
        code.AppendData("row"u8);

        Assert.Equal(HMACSHA256.HashData(Derived(bytes, "nexus mask v1"), "identity"u8), mask);
        Assert.Equal(HMACSHA256.HashData(Derived(bytes, "nexus outbox v1"), "row"u8), code.GetHashAndReset());
        Assert.Equal(Derived(bytes, "nexus host v1 alerts"), key.DeriveFor("alerts"u8));
        Assert.Equal(key.Number, Convert.ToUInt32(key.Id, 16));
        Assert.True(key.HasSameBytes(new RingKey(bytes)));
        Assert.False(key.HasSameBytes(new RingKey(RandomNumberGenerator.GetBytes(32))));
    }

    [Fact]
    public void A_moved_value_keeps_its_nonce_under_a_fresh_salt()
    {
        var ring = NewRing();
        var cipher = new SealCipher(ring, 10);
        var nonce = RandomNumberGenerator.GetBytes(SealedFormat.NonceLength);
        byte[] first = BodyOf("secret"), second = BodyOf("secret");

        cipher.SealMoved("place"u8, nonce, first);
        cipher.SealMoved("place"u8, nonce, second);

        Assert.Equal(nonce, first[SealedFormat.SaltLength..HeadLength]);
        Assert.NotEqual(first[..SealedFormat.SaltLength], second[..SealedFormat.SaltLength]);
        Assert.NotEqual(new byte[SealedFormat.SaltLength], first[..SealedFormat.SaltLength]);
        Assert.Equal("secret", Opened(ring.Primary, "place"u8, first));
        Assert.Equal("secret", Opened(ring.Primary, "place"u8, second));
    }

    [Fact]
    public void A_rotated_value_keeps_its_salt_and_nonce()
    {
        var ring = NewRing();
        var head = RandomNumberGenerator.GetBytes(HeadLength);
        var body = BodyOf("secret");

        new SealCipher(ring, 10).SealRotated("place"u8, head, body);

        Assert.Equal(head, body[..HeadLength]);
        Assert.Equal("secret", Opened(ring.Primary, "place"u8, body));
    }

    [Fact]
    public void A_salt_seals_its_share_and_counts_from_one()
    {
        var cipher = new SealCipher(NewRing(), sealsPerSalt: 3);
        var bodies = Enumerable.Range(0, 7).Select(_ =>
        {
            var body = BodyOf("x");
            cipher.Seal("place"u8, body);
            return body;
        }).ToList();

        Assert.Equal([1, 2, 3, 1, 2, 3, 1], bodies.Select(body => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(
            body.AsSpan(SealedFormat.SaltLength))));
        Assert.Equal(3, bodies.Select(body => Convert.ToHexString(body[..SealedFormat.SaltLength])).Distinct().Count());
        // The rest of a nonce is random.
        Assert.Equal(bodies.Count, bodies.Select(body => Convert.ToHexString(body[(SealedFormat.SaltLength + sizeof(long))..HeadLength])).Distinct()
            .Count());
    }

    /// <summary>These bytes are in the tag of every stored value.</summary>
    [Fact]
    public void A_place_is_its_parts_each_behind_its_length()
    {
        var context = new SealContext("sessions", "1\u00e9", "config");
        var pointer = Utf8("/a/" + new string('b', 1000));
        var room = new byte[SealedFormat.MaxPlaceLength(context, pointer.Length)];

        var length = SealedFormat.WritePlace(context, pointer, room);

        Assert.Equal<byte>(
            [0, 0, 0, 3, .. "nx1"u8, 0, 0, 0, 8, .. "sessions"u8, 0, 0, 0, 3, .. "1\u00e9"u8, 0, 0, 0x03, 0xF1, .. "config"u8, .. pointer],
            room[..length]);
    }

    [Theory]
    [InlineData("plain", OpenResult.NotSealed)]
    [InlineData("", OpenResult.NotSealed)]
    [InlineData("nx1.", OpenResult.CutShort)]
    [InlineData("nx1.0123456x.AAAA", OpenResult.CutShort)]
    [InlineData("nx1.00000000.AAAA", OpenResult.UnknownKey)]
    internal void What_does_not_open_says_why(string text, OpenResult expected) =>
        Assert.Equal(expected, new SealCipher(NewRing(), 10).TryOpen("place"u8, Utf8(text), new byte[100], out _));

    [Fact]
    public void Random_bytes_are_never_given_twice_and_go_on_after_the_buffer()
    {
        using var cipher = new Subkey(RandomNumberGenerator.GetBytes(32)).Rent();
        var seen = new HashSet<string>();

        for (var n = 0; n < 300; n++)
        {
            var bytes = new byte[16];
            cipher.FillRandom(bytes);
            Assert.True(seen.Add(Convert.ToHexString(bytes)));
            Assert.NotEqual(new byte[16], bytes);
        }
    }

    [Fact]
    public void A_cipher_is_used_again_by_the_next_caller()
    {
        var subkey = new Subkey(RandomNumberGenerator.GetBytes(32));
        var made = new HashSet<GcmCipher>(ReferenceEqualityComparer.Instance);
        for (var n = 0; n < 1000; n++)
        {
            var cipher = subkey.Rent();
            made.Add(cipher);
            subkey.Return(cipher);
        }

        // One for each processor on which this thread ran, and some that two processors made at the same time.
        Assert.InRange(made.Count, 1, 500);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    public void A_buffer_is_wiped_on_the_stack_and_in_the_pool(int length)
    {
        Span<byte> stack = stackalloc byte[16];
        var scratch = new Scratch(length, stack);
        var bytes = scratch.Bytes;
        Assert.Equal(length, bytes.Length);
        Assert.Equal(length <= 16, bytes.Overlaps(stack));
        bytes.Fill(0xFF);

        scratch.Dispose();

        Assert.True(bytes.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void The_head_of_a_sealed_text_is_read_if_it_is_whole()
    {
        var text = Utf8(NewSealer().Seal(Place, "secret"));
        var body = SealerTests.Body(Text(text));
        var head = new byte[HeadLength];

        Assert.True(SealedFormat.TryReadHead(text, head));
        Assert.Equal(body[..HeadLength], head);
        // 28 bytes need 38 digits of base64, read in groups of four.
        Assert.True(SealedFormat.TryReadHead(text.AsSpan(0, 13 + 40), head));
        Assert.False(SealedFormat.TryReadHead(text.AsSpan(0, 13 + 39), head));
        Assert.False(SealedFormat.TryReadHead("plain"u8, head));
        Assert.Equal("secret".Length, SealedFormat.PlainLength(text));
        Assert.Equal(0, SealedFormat.PlainLength(text.AsSpan(0, 20)));
        Assert.Equal(5, SealedFormat.PlainLength("plain"u8));
    }

    [Theory]
    [InlineData("nx1.0123456789abcdef.AA", null)]
    [InlineData("nx1.09afAF00.AA", null)]
    [InlineData("nx1.0123456g.AA", null)]
    [InlineData("nx1.0123456/.AA", null)]
    [InlineData("nx1.0123456:.AA", null)]
    [InlineData("nx1.0123456`.AA", null)]
    [InlineData("nx1.09af09af.A", "09af09af")]
    [InlineData("nx1.00000000.AA", "00000000")]
    [InlineData("nx1.ffffffff.-_", "ffffffff")]
    public void The_id_of_a_key_is_eight_lower_case_digits(string text, string? id)
    {
        Assert.Equal(id, Sealer.KeyIdOf(text));
        Assert.Equal(id, SealedFormat.KeyIdOf(Utf8(text)));
        if (SealedFormat.TrySplit(Utf8(text), out var number, out _)) Assert.Equal(Convert.ToUInt32(id, 16), number);
    }

    [Fact]
    public void A_value_of_a_former_place_opens_only_while_that_is_allowed()
    {
        var sealer = NewSealer();
        var former = sealer.Seal(Place with { Row = "old" }, "secret");
        var place = Place with { FormerRow = "old" };

        Assert.Throws<SecretUnreadableException>(() => sealer.Open(place, former));
        sealer.OpensFormerSeals = true;
        Assert.Equal("secret", sealer.Open(place, former));
        Assert.Throws<SecretUnreadableException>(() => sealer.Open(Place, former));
        Assert.False(sealer.IsBoundToPresentPlace(place, [], Utf8(former)));
        Assert.True(sealer.IsBoundToPresentPlace(place, [], Utf8(sealer.Seal(place, "secret"))));
    }

    private static byte[] BodyOf(string text)
    {
        var body = new byte[text.Length + SealedFormat.Overhead];
        Utf8(text).CopyTo(body.AsSpan(SealCipher.TextOf(text.Length)));
        return body;
    }

    private static string? Opened(RingKey key, ReadOnlySpan<byte> place, byte[] body)
    {
        var plain = new byte[body.Length - SealedFormat.Overhead];
        using var cipher = key.Derive(body.AsSpan(0, SealedFormat.SaltLength)).Rent();
        return cipher.TryOpen(body.AsSpan(SealedFormat.SaltLength, SealedFormat.NonceLength), body.AsSpan(HeadLength, plain.Length),
            body.AsSpan(HeadLength + plain.Length), plain, place) ? Text(plain) : null;
    }

    private static byte[] Derived(byte[] key, string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: Utf8(purpose));
}
