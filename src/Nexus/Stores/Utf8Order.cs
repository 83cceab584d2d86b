namespace Nexus.Stores;

/// <summary>
/// The order of the texts' UTF-8 bytes, which is that of both stores. The order of .NET differs where surrogates meet characters above them.
/// </summary>
internal sealed class Utf8Order : IComparer<string>
{
    private const char FirstSurrogate = '\uD800';
    private const char AboveSurrogates = '\uE000';

    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var one = x.AsSpan();
        var other = y.AsSpan();
        var same = one.CommonPrefixLength(other);
        if (same == one.Length || same == other.Length) return one.Length.CompareTo(other.Length);
        return Rank(one[same]).CompareTo(Rank(other[same]));
    }

    private static int Rank(char unit) => unit < FirstSurrogate ? unit : unit < AboveSurrogates ? unit + (char.MaxValue + 1) : unit;
}
