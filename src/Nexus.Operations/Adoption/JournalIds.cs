using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Operations.Adoption;

/// <summary>Ids for trades that only had a number. The same row always gets the same id, so moving it twice is idempotent.</summary>
internal static class JournalIds
{
    /// <summary>
    /// A version 7 UUID (https://www.rfc-editor.org/rfc/rfc9562#section-5.7): the entry time, and a hash in place of the random bits.
    /// </summary>
    public static Guid Of(string journalId, string chatId, DateTimeOffset entry)
    {
        Span<byte> bytes = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"trade_journal/{journalId}/{chatId}"), bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes, (entry.ToUnixTimeMilliseconds() << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }
}
