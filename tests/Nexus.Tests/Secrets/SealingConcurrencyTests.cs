using System.Buffers.Binary;
using System.Collections.Concurrent;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

public sealed class SealingConcurrencyTests
{
    [Fact]
    public async Task Many_threads_share_a_sealer_and_never_a_nonce()
    {
        var sealer = NewSealer();
        var nonces = new ConcurrentDictionary<UInt128, byte>();

        await RunAsync(threads: 16, async worker =>
        {
            await Task.Yield();
            for (var i = 0; i < 1000; i++)
            {
                var text = $"{worker}/{i}";
                var ciphertext = sealer.Seal(Place, text);
                Assert.Equal(text, sealer.Open(Place, ciphertext));
                // Salt is one and the same, so the nonce alone must differ.
                Assert.True(nonces.TryAdd(NonceOf(ciphertext), 0));
            }
        });

        Assert.Equal(16_000, nonces.Count);
    }

    [Fact]
    public async Task A_salt_is_replaced_when_it_has_sealed_its_share()
    {
        var sealer = new Sealer(NewRing(), sealsPerSalt: 10);
        var sealedWith = new ConcurrentBag<(UInt128 Salt, ulong Count)>();

        await RunAsync(threads: 8, async worker =>
        {
            await Task.Yield();
            for (var i = 0; i < 100; i++)
            {
                var ciphertext = sealer.Seal(Place, "secret");
                Assert.Equal("secret", sealer.Open(Place, ciphertext));
                var body = SealerTests.Body(ciphertext);
                sealedWith.Add((BinaryPrimitives.ReadUInt128BigEndian(body), BinaryPrimitives.ReadUInt64BigEndian(body.AsSpan(16))));
            }
        });

        Assert.Equal(800, sealedWith.Distinct().Count());
        Assert.All(sealedWith.GroupBy(one => one.Salt), group => Assert.InRange(group.Count(), 1, 10));
    }

    [Fact]
    public async Task Threads_handle_documents_side_by_side()
    {
        var documents = new DocumentSealer(NewSealer());

        await RunAsync(threads: 8, async worker =>
        {
            for (var i = 0; i < 200; i++)
            {
                var json =
                    $$$"""{"mode":"PILOT","worker":{{{worker}}},"nested":{"api_key":"{{{worker}}}-{{{i}}}"},"list":["a\"b",{"token":"{{{i}}}"}]}""";
                var accepted = documents.Accept(Config, Utf8(json), Rules);
                await Task.Yield();
                Assert.Equal(json, Text(documents.Open(Config, accepted)));
            }
        });
    }

    private static Task RunAsync(int threads, Func<int, Task> work) =>
        Task.WhenAll(Enumerable.Range(0, threads).Select(worker => Task.Run(() => work(worker))));

    private static UInt128 NonceOf(string ciphertext) =>
        BinaryPrimitives.ReadUInt128BigEndian(SealerTests.Body(ciphertext).AsSpan(12)) & (UInt128.MaxValue >> 32);
}
