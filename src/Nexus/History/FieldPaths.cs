using System.Text;

namespace Nexus.History;

/// <summary>
/// The places of a record's values as a tree of names. A caller chooses the names and how many values stand below them, so a pointer is made only
/// for a place that is shown: a long name above many values would be copied for each of them.
/// </summary>
internal sealed class FieldPaths
{
    /// <summary>The record itself.</summary>
    public const int Root = 0;

    private readonly Dictionary<(int Parent, string Step), int> _known = [];
    private readonly List<(int Parent, string Step)> _steps = [(-1, "")];

    /// <summary>The place below another; the same for the same name.</summary>
    /// <param name="parent">The place above.</param>
    /// <param name="name">A name, or the number of an element.</param>
    public int Below(int parent, string name)
    {
        ref var place = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_known, (parent, name), out var exists);
        if (exists) return place;
        _steps.Add((parent, name));
        return place = _steps.Count - 1;
    }

    /// <summary>The pointer (RFC 6901) from one place to another below it.</summary>
    /// <param name="place">The place.</param>
    /// <param name="from">Where the pointer begins.</param>
    /// <param name="longest">Of longer names so many characters.</param>
    public string Pointer(int place, int from = Root, int longest = int.MaxValue)
    {
        var names = new Stack<string>();
        for (; place != from; place = _steps[place].Parent) names.Push(_steps[place].Step);
        var pointer = new StringBuilder();
        foreach (var name in names.Select(name => name.Length <= longest ? name : name[..longest]))
            pointer.Append('/').Append(name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        return pointer.ToString();
    }
}
