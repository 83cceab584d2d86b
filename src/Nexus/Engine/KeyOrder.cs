namespace Nexus.Engine;

/// <summary>The order of keys in both stores: that of their bytes in UTF-8, which differs from that of UTF-16 beyond U+D7FF.</summary>
internal static class KeyOrder
{
    public static int Compare(string? one, string? other)
    {
        if (one is null || other is null) return (one is null ? 0 : 1) - (other is null ? 0 : 1);
        var same = one.AsSpan().CommonPrefixLength(other);
        if (same == one.Length || same == other.Length) return one.Length.CompareTo(other.Length);
        return Rank(one[same]).CompareTo(Rank(other[same]));
    }

    /// <summary>Surrogates stand for the characters above U+FFFF, which come after all others.</summary>
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
