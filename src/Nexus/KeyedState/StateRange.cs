using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Infrastructure;

namespace Nexus.KeyedState;

/// <summary>A range of ids in the order of their UTF-8 bytes, which is the order of both stores.</summary>
/// <param name="From">Not before this id.</param>
/// <param name="Before">Before this id; null for no end.</param>
/// <param name="After">After this id; null for no such bound.</param>
/// <param name="Limit">At most so many; null for all.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record StateRange(string From = "", string? Before = null, string? After = null, int? Limit = null)
{
    /// <summary>The keys of a namespace that begin with a text, after a key.</summary>
    internal static StateRange Of(string space, string prefix, string? after, int? limit)
    {
        var from = new StateKey(space, prefix).Id;
        return new StateRange(from, Successor(from), after is null ? null : new StateKey(space, after).Id, limit);
    }

    /// <summary>Compares in the order of UTF-8 bytes, which is not the order of UTF-16.</summary>
    internal static int Compare(string one, string other) =>
        Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));

    /// <summary>The least text above every text that begins with this one, which ends with a slash or holds one.</summary>
    private static string Successor(string text)
    {
        var runes = text.EnumerateRunes().ToList();
        while (runes[^1].Value == 0x10FFFF) runes.RemoveAt(runes.Count - 1);
        var last = runes[^1].Value + 1;
        // No text holds a surrogate by itself.
        runes[^1] = new Rune(last == 0xD800 ? 0xE000 : last);
        var successor = new StringBuilder(text.Length + 1);
        foreach (var rune in runes) successor.Append(rune.ToString());
        return successor.ToString();
    }
}
