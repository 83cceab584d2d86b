using Nexus.Secrets;

namespace Nexus.History;

/// <summary>The fields of an entry, within its limits, so that an entry never exceeds about 60 KB.</summary>
internal sealed class DifferenceList
{
    public const int MaxFields = 100;

    /// <summary>Characters of a pointer and of a value.</summary>
    public const int MaxText = 200;

    private readonly List<HistoryField> _fields = [];

    public IReadOnlyList<HistoryField> Fields => _fields;

    /// <summary>How many more there are.</summary>
    public int Omitted { get; private set; }

    public void Add(FieldPaths paths, int path, string? from, string? to, SecretChange? secret)
    {
        if (_fields.Count == MaxFields)
        {
            Omitted++;
            return;
        }
        _fields.Add(new HistoryField(Short(RedactedText.From(paths.Pointer(path, longest: 2 * MaxText)))!, Short(from), Short(to), secret));
    }

    /// <summary>Without half a surrogate pair at the end, and without NUL, which no PostgreSQL text holds.</summary>
    private static string? Short(string? text)
    {
        if (text is null) return null;
        if (text.Length > MaxText)
        {
            var length = MaxText - 1;
            if (char.IsHighSurrogate(text[length - 1])) length--;
            text = $"{text[..length]}…";
        }
        return text.Replace('\0', '\uFFFD');
    }
}
