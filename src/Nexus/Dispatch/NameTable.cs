namespace Nexus.Dispatch;

/// <summary>What a name in a config names.</summary>
internal enum NameKind
{
    /// <summary>A strategy that is on.</summary>
    Strategy,

    /// <summary>A group that is on.</summary>
    Group,

    /// <summary>An asset that is disabled.</summary>
    Asset,

    /// <summary>The mode.</summary>
    Mode,
}

/// <summary>The names of all chats, each kept once with the slots of its chats. A name without a chat is forgotten.</summary>
internal sealed class NameTable
{
    /// <summary>More names than any bot has. A chat with a name beyond them is selected by the store.</summary>
    public const int MaxNames = 100_000;

    private readonly Dictionary<string, int>[] _ids =
        [new(StringComparer.Ordinal), new(StringComparer.Ordinal), new(StringComparer.Ordinal), new(StringComparer.Ordinal)];

    private readonly Stack<int> _free = new();
    private Entry[] _entries = new Entry[64];
    private int _used;

    /// <summary>Of the names and their slots.</summary>
    public long Bytes
    {
        get
        {
            // A dictionary's entry and bucket, the name, and what describes it here.
            var bytes = 64L * _entries.Length;
            foreach (var entry in _entries.AsSpan(0, _used)) bytes += entry.Slots is { } slots ? 48 + (2L * entry.Name.Length) + slots.Bytes : 0;
            return bytes;
        }
    }

    /// <summary>The slots of the chats with a name; null where no chat has it.</summary>
    public SlotSet? Find(NameKind kind, string name) => _ids[(int)kind].TryGetValue(name, out var id) ? _entries[id].Slots : null;

    public SlotSet SlotsOf(int id) => _entries[id].Slots!;

    public string NameOf(int id) => _entries[id].Name;

    /// <summary>The id of a name, which is new if it is not known; -1 where the table is full.</summary>
    public int Intern(NameKind kind, ReadOnlySpan<char> name)
    {
        var ids = _ids[(int)kind].GetAlternateLookup<ReadOnlySpan<char>>();
        if (ids.TryGetValue(name, out var id)) return id;
        if (!_free.TryPop(out id))
        {
            if (_used == MaxNames) return -1;
            if (_used == _entries.Length) Array.Resize(ref _entries, 2 * _entries.Length);
            id = _used++;
        }
        var text = name.ToString();
        _entries[id] = new Entry(kind, text, new SlotSet());
        _ids[(int)kind].Add(text, id);
        return id;
    }

    /// <summary>Forgets a name without a chat.</summary>
    public void Release(int id)
    {
        if (_entries[id].Slots is not { Count: 0 }) return;
        _ids[(int)_entries[id].Kind].Remove(_entries[id].Name);
        _entries[id] = default;
        _free.Push(id);
    }

    public void Resize(int capacity)
    {
        foreach (var entry in _entries.AsSpan(0, _used)) entry.Slots?.Resize(capacity);
    }

    private readonly record struct Entry(NameKind Kind, string Name, SlotSet? Slots);
}
