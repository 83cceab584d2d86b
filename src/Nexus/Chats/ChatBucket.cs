using System.Security.Cryptography;
using System.Text;

namespace Nexus.Chats;

/// <summary>
/// The bucket of a chat, by which a database with several shards places it: the first 12 bits of SHA-256 over the id in UTF-8
/// (https://csrc.nist.gov/pubs/fips/180-4/upd1/final). <c>nexus_bucket</c> of the schema computes the same, so that a shard can check it.
/// </summary>
internal static class ChatBucket
{
    /// <summary>How many buckets there are. Never changed: the buckets of stored chats depend on it.</summary>
    public const int Count = 4096;

    /// <summary>Ids of chats are far shorter; a longer key takes its bytes from the heap.</summary>
    private const int MaxStack = 256;

    /// <summary>The bucket of a chat or of another key, 0 to 4,095.</summary>
    public static int Of(ReadOnlySpan<char> key)
    {
        var most = Encoding.UTF8.GetMaxByteCount(key.Length);
        var utf8 = most <= MaxStack ? stackalloc byte[MaxStack] : new byte[most];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key, utf8)], hash);
        return (hash[0] << 4) | (hash[1] >> 4);
    }
}
