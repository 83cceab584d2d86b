namespace Nexus.Dispatch;

/// <summary>Chats by slot, and the slot of a chat. A chat keeps its slot, so a reader that has passed a slot has passed its chat.</summary>
internal sealed class ChatTable
{
    private const int FirstCapacity = 1024;

    private string[] _chats = new string[FirstCapacity];
    private int[] _next = new int[FirstCapacity];
    private int[] _buckets = new int[2 * FirstCapacity];
    private long _textBytes;

    public int Count { get; private set; }

    /// <summary>Slots that there is room for, a multiple of 1,024.</summary>
    public int Capacity => _chats.Length;

    public long Bytes => (12L * _chats.Length) + (4L * _buckets.Length) + _textBytes;

    public string this[int slot] => _chats[slot];

    /// <summary>The slot of a chat; -1 where it has none.</summary>
    public int Find(string chat)
    {
        // A link is the slot and one, so that an empty table needs no initialisation.
        for (var link = _buckets[Bucket(chat)]; link != 0; link = _next[link - 1])
        {
            if (_chats[link - 1] == chat) return link - 1;
        }
        return -1;
    }

    /// <summary>Gives a chat without a slot the next one.</summary>
    public int Add(string chat)
    {
        if (Count == Capacity) Grow();
        _chats[Count] = chat;
        // Header, length and terminator of a string, in steps of eight bytes.
        _textBytes += (22 + (2 * chat.Length) + 7) & ~7;
        Link(Count);
        return Count++;
    }

    private void Grow()
    {
        // By half: what is not used yet counts as memory of the sessions that are.
        var capacity = (Capacity + (Capacity >> 1) + FirstCapacity - 1) / FirstCapacity * FirstCapacity;
        Array.Resize(ref _chats, capacity);
        Array.Resize(ref _next, capacity);
        if (capacity <= _buckets.Length) return;
        _buckets = new int[2 * _buckets.Length];
        for (var slot = 0; slot < Count; slot++) Link(slot);
    }

    private void Link(int slot)
    {
        ref var bucket = ref _buckets[Bucket(_chats[slot])];
        (_next[slot], bucket) = (bucket, slot + 1);
    }

    // The runtime's hash is seeded: nobody can choose chats that share a bucket.
    private int Bucket(string chat) => chat.GetHashCode(StringComparison.Ordinal) & (_buckets.Length - 1);
}
