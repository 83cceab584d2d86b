using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Nexus.Engine;

namespace Nexus.Dispatch;

/// <summary>
/// Who may get which signal, for all sessions: a slot for each chat, and for each name the set of slots that have it. Changed chats are marked by the
/// notices of their commits and not served until they are read again, which a signal does and no write.
/// </summary>
/// <remarks>
/// A row that was read is applied only if its chat was not marked since the read began, as in <see cref="Caching.ReadCache{TRow}"/>. An index that is
/// stale as a whole stays so, and another one is built.
/// </remarks>
/// <param name="owners">Chats that have access without a user.</param>
/// <param name="tables">The tables whose records decide about signals.</param>
/// <param name="clock">Its monotonic timestamps end subscriptions on time.</param>
internal sealed partial class DispatchIndex(IReadOnlySet<string> owners, IEnumerable<RecordTable> tables, TimeProvider clock)
{
    /// <summary>A chat with more names is selected by the store: a config of 256 KiB may hold forty thousand.</summary>
    public const int MaxNames = 256;

    /// <summary>With more changed chats than this, and than a quarter of all, everything is read again.</summary>
    private const int MaxDirty = 20_000;

    private readonly FrozenDictionary<string, SignalPart> _parts = tables.Where(table => table.Signals != SignalPart.None)
        .ToFrozenDictionary(table => table.Name, table => table.Signals, StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly long _origin = clock.GetTimestamp();
    private readonly ChatTable _chats = new();
    private readonly NameTable _names = new();
    private readonly SlotSet _large = new();
    private readonly SlotSet _dirtySlots = new();
    private readonly Dictionary<string, long> _dirty = new(StringComparer.Ordinal);
    private readonly int[] _ids = new int[MaxNames + 1];
    private readonly int[] _oldIds = new int[MaxNames + 1];
    private byte[]?[] _members = [];
    private long[] _until = [];
    private int[] _modes = [];
    private long _memberBytes;
    private long _sequence;
    private int _sessions;
    private int _version;
    private volatile bool _isStale;
    private volatile bool _isReady;

    /// <summary>Changes with every mark and every row.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Whether it must no longer be used.</summary>
    public bool IsStale => _isStale;

    /// <summary>Whether every session was read.</summary>
    public bool IsReady => _isReady && !_isStale;

    /// <summary>Time by the monotonic clock since the index was made, in ticks.</summary>
    public long Now => clock.GetElapsedTime(_origin).Ticks;

    public int Sessions => Volatile.Read(ref _sessions);

    public int Pending
    {
        get { lock (_gate) return _dirty.Count; }
    }

    /// <summary>Slots given out so far.</summary>
    public int Slots
    {
        get { lock (_gate) return _chats.Count; }
    }

    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                // Of an entry of the dictionary: hash, link, key and value, the bucket, and the key's text.
                return _chats.Bytes + _names.Bytes + _large.Bytes + _dirtySlots.Bytes + _memberBytes + (20L * _members.Length)
                    + (_dirty.EnsureCapacity(0) * 28L) + (_dirty.Count * 48L);
            }
        }
    }

    public void SetReady() => _isReady = true;

    public void SetStale()
    {
        lock (_gate)
        {
            _isStale = true;
            _version++;
            _dirty.Clear();
        }
    }

    /// <summary>Marks what changed. Called before the change is acknowledged.</summary>
    public void Mark(IReadOnlyList<StateChange> changes)
    {
        if (_isStale) return;
        lock (_gate)
        {
            foreach (var change in changes)
            {
                var part = _parts.GetValueOrDefault(change.Table);
                // A change of the bot's switches marks no chat, but makes readers look again.
                if (part == SignalPart.Bot) _version++;
                if (part != SignalPart.Chat) continue;
                if (change.Id == StateChange.Everything)
                {
                    SetStale();
                    return;
                }
                _version++;
                _dirty[change.Id] = ++_sequence;
                if (_chats.Find(change.Id) is >= 0 and var slot && !_dirtySlots.Contains(slot)) _dirtySlots.Add(slot, _chats.Capacity);
            }
            if (_dirty.Count > MaxDirty && _dirty.Count > _chats.Count / 4) SetStale();
        }
    }

    /// <summary>To be taken before rows are read, and given to <see cref="Apply"/> with them.</summary>
    public ReadMark BeginRead()
    {
        lock (_gate) return new ReadMark(_sequence, Now);
    }

    /// <summary>Takes a row, unless its chat was marked since the read began.</summary>
    public void Apply(DispatchRow row, ReadMark mark)
    {
        lock (_gate)
        {
            if (_isStale || !TryClean(row.ChatId, mark)) return;
            var slot = _chats.Find(row.ChatId);
            if (slot < 0) slot = Add(row.ChatId);
            if (_members[slot] is null) _sessions++;
            _until[slot] = UntilOf(row, mark);
            SetNames(slot, row);
        }
    }

    /// <summary>Takes it that chats have no session, unless they were marked since the read began.</summary>
    public void Remove(IEnumerable<string> chats, ReadMark mark)
    {
        lock (_gate)
        {
            if (_isStale) return;
            foreach (var chat in chats)
            {
                if (!TryClean(chat, mark) || _chats.Find(chat) is not (>= 0 and var slot) || _members[slot] is null) continue;
                SetMembers(slot, []);
                SetLarge(slot, isLarge: false);
                (_members[slot], _modes[slot], _until[slot]) = (null, -1, long.MinValue);
                _sessions--;
            }
            // A chat that is gone keeps its slot, so that no reader meets it twice. Where most are gone, it is time to begin anew.
            if (_isReady && _chats.Count > 10_000 && _sessions < _chats.Count / 2) SetStale();
        }
    }

    private bool TryClean(string chat, ReadMark mark)
    {
        _version++;
        if (!_dirty.TryGetValue(chat, out var marked)) return true;
        if (marked > mark.Sequence) return false;
        _dirty.Remove(chat);
        if (_chats.Find(chat) is >= 0 and var slot && _dirtySlots.Contains(slot)) _dirtySlots.Remove(slot);
        return true;
    }

    private int Add(string chat)
    {
        var slot = _chats.Add(chat);
        if (_chats.Capacity != _members.Length)
        {
            Array.Resize(ref _members, _chats.Capacity);
            Array.Resize(ref _until, _chats.Capacity);
            Array.Resize(ref _modes, _chats.Capacity);
            _names.Resize(_chats.Capacity);
            _large.Resize(_chats.Capacity);
            _dirtySlots.Resize(_chats.Capacity);
        }
        (_until[slot], _modes[slot]) = (long.MinValue, -1);
        return slot;
    }

    private long UntilOf(DispatchRow row, ReadMark mark)
    {
        if (!DispatchRule.HasAccess(row, owners, TimeSpan.Zero)) return long.MinValue;
        var ends = row.Role == "user" && !owners.Contains(row.ChatId) ? row.Remaining : null;
        // The store's clock was read after the mark was taken, so that a subscription never ends late.
        return ends is { Ticks: var left } && left < long.MaxValue - mark.At ? mark.At + left : long.MaxValue;
    }

    private void SetNames(int slot, DispatchRow row)
    {
        var count = 0;
        Span<char> buffer = stackalloc char[NameReader.BufferLength];
        var isWhole = Take(NameKind.Mode, row.Mode);
        _modes[slot] = row.Mode is null ? -1 : isWhole ? _ids[0] : Unknown;
        isWhole = isWhole
            && TakeAll(NameKind.Strategy, NameReader.OfTrue(row.Strategies, buffer))
            && TakeAll(NameKind.Group, NameReader.OfTrue(row.Groups, buffer))
            && TakeAll(NameKind.Asset, NameReader.OfList(row.DisabledAssets, buffer));
        if (!isWhole)
        {
            // Only the mode is kept of a large chat.
            var kept = _modes[slot] >= 0 ? 1 : 0;
            for (var i = kept; i < count; i++) _names.Release(_ids[i]);
            count = kept;
        }
        var ids = _ids.AsSpan(0, count);
        ids.Sort();
        SetMembers(slot, ids);
        SetLarge(slot, !isWhole);

        bool Take(NameKind kind, ReadOnlySpan<char> name)
        {
            if (row.Mode is null && kind == NameKind.Mode) return true;
            if (count == MaxNames || _names.Intern(kind, name) is not (>= 0 and var id)) return false;
            // A list may hold a name twice.
            if (!_ids.AsSpan(0, count).Contains(id)) _ids[count++] = id;
            return true;
        }

        bool TakeAll(NameKind kind, NameReader names)
        {
            while (names.Next())
            {
                if (!Take(kind, names.Name)) return false;
            }
            return true;
        }
    }

    /// <summary>Adds the slot to the sets of its names, and removes it from those that it no longer has.</summary>
    private void SetMembers(int slot, ReadOnlySpan<int> ids)
    {
        var packed = ChatMembers.Pack(ids);
        var before = _members[slot];
        if (before is not null && before.AsSpan().SequenceEqual(packed)) return;
        var old = _oldIds.AsSpan(0, before is null ? 0 : ChatMembers.Unpack(before, _oldIds));
        var (i, j) = (0, 0);
        while (i < ids.Length || j < old.Length)
        {
            if (j == old.Length || (i < ids.Length && ids[i] < old[j])) _names.SlotsOf(ids[i++]).Add(slot, _chats.Capacity);
            else if (i == ids.Length || old[j] < ids[i])
            {
                _names.SlotsOf(old[j]).Remove(slot);
                _names.Release(old[j++]);
            }
            else (i, j) = (i + 1, j + 1);
        }
        _members[slot] = packed;
        _memberBytes += BytesOf(packed) - (before is null ? 0 : BytesOf(before));
    }

    private void SetLarge(int slot, bool isLarge)
    {
        if (_large.Contains(slot) == isLarge) return;
        if (isLarge) _large.Add(slot, _chats.Capacity);
        else _large.Remove(slot);
    }

    // Header and length of an array, in steps of eight bytes; the empty one is shared.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BytesOf(byte[] members) => members.Length == 0 ? 0 : (members.Length + 24 + 7) & ~7;
}

/// <summary>The moment before rows were read.</summary>
/// <param name="Sequence">Of the last mark before.</param>
/// <param name="At">By the index's clock.</param>
internal readonly record struct ReadMark(long Sequence, long At);
