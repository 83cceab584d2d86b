using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Nexus.Engine;
using Nexus.Secrets;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>Who wrote a row of the outbox.</summary>
internal enum OutboxOrigin
{
    /// <summary>Someone without an encryption key, or the row was altered.</summary>
    Unknown,

    /// <summary>It was in the file of an earlier version, which did not authenticate rows, when this one was started for the first time.</summary>
    Adopted,

    /// <summary>Nexus, with a key of the ring.</summary>
    Authentic,
}

/// <summary>
/// Authenticates rows of the outbox with HMAC-SHA-256 under a key derived from the ring. The code covers every column of the row, its place, and the
/// outbox, so that a row cannot be made, altered, moved, or repeated.
/// </summary>
/// <param name="keys">The primary key signs, all verify.</param>
/// <param name="outboxId">As <see cref="Outbox.Id"/>.</param>
internal sealed class OutboxSeal(KeyRing keys, string outboxId)
{
    /// <summary>The code of the quarantine for rows of unknown origin.</summary>
    public const string Code = "not_authentic";

    public const string Reason = "the entry was not written by Nexus with a key of the ring, or it was altered in the file";

    /// <summary>Origin (1), number of the key (4), HMAC (32).</summary>
    private const int Length = HeadLength + HMACSHA256.HashSizeInBytes;
    private const int HeadLength = 1 + sizeof(uint);

    /// <summary>The code of a row that waits. Its place, its doubts and the operator's decision are part of it.</summary>
    public byte[] Sign(OutboxEntry entry) => Sign(Content(entry), entry.Body, entry.Origin);

    public OutboxOrigin Verify(OutboxEntry entry, byte[]? code) => Verify(code, Content(entry), entry.Body);

    /// <summary>The code of a row that left the queue.</summary>
    /// <param name="content">As <see cref="ParkedRow.Content"/> gives it.</param>
    public byte[] Sign(byte[] content, OutboxOrigin origin) => Sign(content, [], origin);

    public OutboxOrigin Verify(byte[] content, byte[]? code) => Verify(code, content, []);

    private byte[] Content(OutboxEntry entry) => OutboxContent.Of(
        "row", outboxId, entry.Sequence, (long)entry.Key.Table.Number, entry.Key.Id, entry.Kind, entry.WriteId, SqliteTime.ToMicroseconds(entry.At),
        entry.BaseVersion, entry.BaseWriteId,
        entry.Version, SqliteTime.ToMicroseconds(entry.KnownAt), entry.Doubt, entry.IsForced);

    private byte[] Sign(byte[] content, byte[] body, OutboxOrigin origin)
    {
        var code = new byte[Length];
        code[0] = (byte)origin;
        BinaryPrimitives.WriteUInt32BigEndian(code.AsSpan(1), keys.Primary.Number);
        Hash(keys.Primary, code.AsSpan(0, HeadLength), content, body, code.AsSpan(HeadLength));
        return code;
    }

    private OutboxOrigin Verify(byte[]? code, byte[] content, byte[] body)
    {
        if (code is not { Length: Length } || (OutboxOrigin)code[0] is not (OutboxOrigin.Adopted or OutboxOrigin.Authentic))
            return OutboxOrigin.Unknown;
        if (keys.Find(BinaryPrimitives.ReadUInt32BigEndian(code.AsSpan(1))) is not { } key) return OutboxOrigin.Unknown;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash(key, code.AsSpan(0, HeadLength), content, body, hash);
        return CryptographicOperations.FixedTimeEquals(hash, code.AsSpan(HeadLength)) ? (OutboxOrigin)code[0] : OutboxOrigin.Unknown;
    }

    private static void Hash(RingKey key, ReadOnlySpan<byte> head, byte[] content, byte[] body, Span<byte> hash)
    {
        using var hmac = key.StartOutboxCode();
        hmac.AppendData(head);
        hmac.AppendData(content);
        hmac.AppendData(body);
        hmac.GetHashAndReset(hash);
    }
}

/// <summary>What a code covers, unambiguous: each part follows its length. The body of a row that waits comes last.</summary>
internal static class OutboxContent
{
    private const int None = -1;

    public static byte[] Of(params ReadOnlySpan<object?> parts)
    {
        using var content = new MemoryStream();
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (var part in parts)
        {
            var bytes = part switch
            {
                null => null,
                string text => Encoding.UTF8.GetBytes(text),
                byte[] given => given,
                Guid id => id.ToByteArray(bigEndian: true),
                bool flag => [flag ? (byte)1 : (byte)0],
                long value => BitConverter.GetBytes(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value),
                _ => throw new ArgumentException($"{part.GetType().Name} cannot be encoded", nameof(parts)),
            };
            BinaryPrimitives.WriteInt64BigEndian(number, bytes?.Length ?? None);
            content.Write(number);
            content.Write(bytes ?? []);
        }
        return content.ToArray();
    }
}
