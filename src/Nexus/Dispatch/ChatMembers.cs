namespace Nexus.Dispatch;

/// <summary>The names of one chat: their ids in ascending order, as the differences between them in bytes of seven bits.</summary>
internal static class ChatMembers
{
    public static byte[] Pack(ReadOnlySpan<int> ids)
    {
        Span<byte> bytes = stackalloc byte[5 * ids.Length];
        var (length, last) = (0, 0);
        foreach (var id in ids)
        {
            var difference = id - last;
            for (last = id; difference > 0x7F; difference >>= 7) bytes[length++] = (byte)(difference | 0x80);
            bytes[length++] = (byte)difference;
        }
        return length == 0 ? [] : bytes[..length].ToArray();
    }

    /// <summary>Writes the ids and returns how many they are.</summary>
    public static int Unpack(ReadOnlySpan<byte> bytes, Span<int> ids)
    {
        var (count, last, shift, difference) = (0, 0, 0, 0);
        foreach (var part in bytes)
        {
            difference |= (part & 0x7F) << shift;
            shift += 7;
            if ((part & 0x80) != 0) continue;
            ids[count++] = last += difference;
            (shift, difference) = (0, 0);
        }
        return count;
    }
}
