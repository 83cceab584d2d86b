using System.Numerics;
using Nexus.Chats;

namespace Nexus.Dispatch;

/// <summary>Selecting the recipients of a signal, block after block of slots.</summary>
internal sealed partial class DispatchIndex
{
    /// <summary>Small, so that a reader holds the lock for some microseconds and repeats little after a change.</summary>
    private const int BlockWords = 16;

    private const int BlockSlots = BlockWords * 64;

    /// <summary>The mode of a chat whose mode the full table of names could not take.</summary>
    private const int Unknown = -2;

    /// <summary>
    /// Selects from a slot to the end of its block. False if the index is stale: then nothing was selected.
    /// </summary>
    /// <param name="query">The signal.</param>
    /// <param name="from">The first slot.</param>
    /// <param name="block">Gets the chats that may get it now.</param>
    /// <param name="deferred">Gets the slots of which the index cannot tell.</param>
    public bool TrySelect(DispatchQuery query, int from, SelectedBlock block, ISet<int> deferred)
    {
        Span<ulong> matches = stackalloc ulong[BlockWords];
        Span<ulong> open = stackalloc ulong[BlockWords];
        Span<ulong> part = stackalloc ulong[BlockWords];
        lock (_gate)
        {
            block.Clear();
            if (_isStale) return false;
            var firstWord = from / BlockSlots * BlockWords;
            (block.End, block.Version) = (Math.Min((firstWord + BlockWords) * 64, _chats.Count), _version);
            block.IsLast = block.End == _chats.Count;
            Restrict(query, firstWord, matches, part);
            _dirtySlots.CopyTo(open, firstWord);
            for (var i = 0; i < BlockWords; i++) matches[i] &= ~open[i];
            _large.CopyTo(part, firstWord);
            var now = Now;
            foreach (var slot in new Bits(part, firstWord, from))
            {
                // A changed chat is read as a whole, which tells more than these two.
                if (MayFit(slot, query, now)) deferred.Add(slot);
            }
            foreach (var slot in new Bits(open, firstWord, from)) deferred.Add(slot);
            foreach (var slot in new Bits(matches, firstWord, from))
            {
                if (_until[slot] > now) block.Add(slot, RecipientOf(slot));
            }
            return true;
        }
    }

    /// <summary>
    /// What became of slots that could not be told of: some can be by now, the others must be read or asked for. Null if the index is stale.
    /// </summary>
    /// <param name="query">The signal.</param>
    /// <param name="slots">The deferred slots.</param>
    /// <param name="from">The first slot that no block has passed: chats that are new since.</param>
    public DeferredChats? Resolve(DispatchQuery query, IReadOnlyCollection<int> slots, int from)
    {
        var resolved = new DeferredChats();
        lock (_gate)
        {
            if (_isStale) return null;
            var now = Now;
            foreach (var slot in slots) Resolve(slot);
            for (var slot = from; slot < _chats.Count; slot++) Resolve(slot);
            foreach (var chat in _dirty.Keys)
            {
                if (_chats.Find(chat) < 0) resolved.Changed.Add(chat);
            }
            return resolved;

            void Resolve(int slot)
            {
                if (_dirtySlots.Contains(slot)) resolved.Changed.Add(_chats[slot]);
                else if (_large.Contains(slot)) resolved.Large.Add(_chats[slot]);
                else if (_until[slot] > now && Matches(slot, query)) resolved.Recipients.Add(RecipientOf(slot));
            }
        }
    }

    /// <summary>The chats that are marked now.</summary>
    public List<string> ListPending()
    {
        lock (_gate) return [.. _dirty.Keys];
    }

    /// <summary>The slot of a chat; -1 where it has none.</summary>
    public int Find(string chat)
    {
        lock (_gate) return _chats.Find(chat);
    }

    private SignalRecipient RecipientOf(int slot) =>
        new(ChatId.FromStore(_chats[slot]), _modes[slot] >= 0 ? _names.NameOf(_modes[slot]) : null);

    private bool MayFit(int slot, DispatchQuery query, long now) => _until[slot] > now && (_modes[slot] switch
    {
        Unknown => true,
        -1 => query.Modes.Length == 0,
        var mode => query.Fits(_names.NameOf(mode)),
    });

    private bool Matches(int slot, DispatchQuery query) =>
        MayFit(slot, query, long.MinValue)
        && Has(NameKind.Strategy, query.Strategy, slot)
        && (query.Group is null || Has(NameKind.Group, query.Group, slot))
        && (query.Symbol is null || !Has(NameKind.Asset, query.Symbol, slot));

    private bool Has(NameKind kind, string name, int slot) => _names.Find(kind, name)?.Contains(slot) == true;

    private void Restrict(DispatchQuery query, int firstWord, Span<ulong> matches, Span<ulong> part)
    {
        if (!TryCopy(NameKind.Strategy, query.Strategy, matches)) return;
        if (query.Group is { } group)
        {
            TryCopy(NameKind.Group, group, part);
            for (var i = 0; i < BlockWords; i++) matches[i] &= part[i];
        }
        if (query.Symbol is { } symbol && TryCopy(NameKind.Asset, symbol, part))
        {
            for (var i = 0; i < BlockWords; i++) matches[i] &= ~part[i];
        }
        if (query.Modes.Length == 0) return;
        Span<ulong> modes = stackalloc ulong[BlockWords];
        modes.Clear();
        foreach (var mode in query.Modes)
        {
            if (!TryCopy(NameKind.Mode, mode, part)) continue;
            for (var i = 0; i < BlockWords; i++) modes[i] |= part[i];
        }
        for (var i = 0; i < BlockWords; i++) matches[i] &= modes[i];

        bool TryCopy(NameKind kind, string name, Span<ulong> words)
        {
            if (_names.Find(kind, name) is { } slots)
            {
                slots.CopyTo(words, firstWord);
                return true;
            }
            words.Clear();
            return false;
        }
    }

    /// <summary>The set bits of words from a slot on.</summary>
    private ref struct Bits(ReadOnlySpan<ulong> words, int firstWord, int from)
    {
        private readonly ReadOnlySpan<ulong> _words = words;
        private int _word = Math.Max(0, (from >> 6) - firstWord) - 1;
        private ulong _bits;

        public int Current { get; private set; }

        public readonly Bits GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_bits == 0)
            {
                if (++_word >= _words.Length) return false;
                _bits = _words[_word];
                if (((firstWord + _word) << 6) < from) _bits &= ulong.MaxValue << from;
            }
            Current = ((firstWord + _word) << 6) + BitOperations.TrailingZeroCount(_bits);
            _bits &= _bits - 1;
            return true;
        }
    }
}

/// <summary>The recipients in a block of slots.</summary>
internal sealed class SelectedBlock
{
    private readonly List<int> _slots = new(256);
    private readonly List<SignalRecipient> _recipients = new(256);

    /// <summary>The version of the index that they are of.</summary>
    public int Version { get; set; }

    /// <summary>The first slot behind the part of the block that is in use.</summary>
    public int End { get; set; }

    /// <summary>Whether there was no slot behind it.</summary>
    public bool IsLast { get; set; }

    public int Count => _slots.Count;

    public int SlotAt(int place) => _slots[place];

    public SignalRecipient At(int place) => _recipients[place];

    public void Add(int slot, SignalRecipient recipient)
    {
        _slots.Add(slot);
        _recipients.Add(recipient);
    }

    public void Clear()
    {
        _slots.Clear();
        _recipients.Clear();
    }
}

/// <summary>Chats that the index could not tell of when a signal passed them.</summary>
internal sealed class DeferredChats
{
    /// <summary>They may get the signal.</summary>
    public List<SignalRecipient> Recipients { get; } = [];

    /// <summary>They must be read.</summary>
    public List<string> Changed { get; } = [];

    /// <summary>The store selects among them.</summary>
    public List<string> Large { get; } = [];
}
