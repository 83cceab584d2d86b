using System.Numerics;

namespace Nexus.Dispatch;

/// <summary>
/// A set of slots: their sorted numbers while they are few, a bitmap once that is smaller. A name that few chats use costs a few bytes for each of
/// them, whatever the number of sessions.
/// </summary>
internal sealed class SlotSet
{
    /// <summary>A number takes 32 bits, and a place in a bitmap one.</summary>
    private const int Sparse = 32;

    private int[] _slots = [];
    private ulong[]? _bits;

    public int Count { get; private set; }

    public long Bytes => 56 + (4L * _slots.Length) + (8L * (_bits?.Length ?? 0));

    /// <param name="slot">Not in the set.</param>
    /// <param name="capacity">Slots in all, a multiple of 64.</param>
    public void Add(int slot, int capacity)
    {
        if (_bits is null && (Count + 1) * (long)Sparse > capacity) ToBits(capacity);
        Count++;
        if (_bits is { } bits)
        {
            bits[slot >> 6] |= 1UL << slot;
            return;
        }
        var place = ~Array.BinarySearch(_slots, 0, Count - 1, slot);
        if (_slots.Length < Count) Array.Resize(ref _slots, Math.Max(2, _slots.Length * 2));
        Array.Copy(_slots, place, _slots, place + 1, Count - 1 - place);
        _slots[place] = slot;
    }

    /// <param name="slot">In the set.</param>
    public void Remove(int slot)
    {
        Count--;
        if (_bits is { } bits)
        {
            bits[slot >> 6] &= ~(1UL << slot);
            return;
        }
        var place = Array.BinarySearch(_slots, 0, Count + 1, slot);
        Array.Copy(_slots, place + 1, _slots, place, Count - place);
    }

    public bool Contains(int slot) => _bits is { } bits
        ? (bits[slot >> 6] >> slot & 1) != 0
        : Array.BinarySearch(_slots, 0, Count, slot) >= 0;

    /// <summary>The part of the set that begins at a word, as a bitmap.</summary>
    public void CopyTo(Span<ulong> words, int firstWord)
    {
        if (_bits is { } bits)
        {
            bits.AsSpan(firstWord, words.Length).CopyTo(words);
            return;
        }
        words.Clear();
        var (first, end) = (firstWord << 6, (firstWord + words.Length) << 6);
        var place = Array.BinarySearch(_slots, 0, Count, first);
        for (var i = place < 0 ? ~place : place; i < Count && _slots[i] < end; i++) words[(_slots[i] - first) >> 6] |= 1UL << _slots[i];
    }

    /// <summary>Follows the number of slots. A bitmap that has become larger than its numbers is given up.</summary>
    public void Resize(int capacity)
    {
        if (_bits is null) return;
        if (Count * (long)Sparse > capacity) Array.Resize(ref _bits, capacity >> 6);
        else ToNumbers();
    }

    private void ToBits(int capacity)
    {
        _bits = new ulong[capacity >> 6];
        foreach (var slot in _slots.AsSpan(0, Count)) _bits[slot >> 6] |= 1UL << slot;
        _slots = [];
    }

    private void ToNumbers()
    {
        (_slots, var place) = (new int[Count], 0);
        for (var word = 0; word < _bits!.Length; word++)
        {
            for (var bits = _bits[word]; bits != 0; bits &= bits - 1) _slots[place++] = (word << 6) + BitOperations.TrailingZeroCount(bits);
        }
        _bits = null;
    }
}
