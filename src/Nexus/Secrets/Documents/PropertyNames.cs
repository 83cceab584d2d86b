using System.Runtime.InteropServices;

namespace Nexus.Secrets;

/// <summary>
/// The property names of the current document, to find duplicates in an object. Created once and reused for each document.
/// </summary>
internal sealed class PropertyNames
{
    private const int InitialCapacity = 64;

    private Entry[] _entries = new Entry[InitialCapacity];
    private int[] _buckets = new int[2 * InitialCapacity];
    private int _count;

    /// <summary>Bytes held, about.</summary>
    public int Capacity => _entries.Length * (5 + 2) * sizeof(int);

    /// <summary>
    /// Keyed at random per process (it is string hashing's Marvin), so that an attacker cannot prepare names that collide. Verdicts on names use it
    /// too.
    /// </summary>
    public static int Hash(ReadOnlySpan<byte> name)
    {
        var hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(name), StringComparison.Ordinal);
        return (name.Length & 1) == 0 ? hash : hash ^ ((name[^1] + 1) * 0x01000193);
    }

    /// <summary>Forgets the names of the document before.</summary>
    public void Clear()
    {
        _count = 0;
        Array.Clear(_buckets);
    }

    /// <summary>Adds a name to an object; false when the object has it already.</summary>
    /// <param name="source">What <paramref name="start"/> counts in, the same for every name of a document.</param>
    public bool Add(int objectId, int hash, ReadOnlySpan<byte> source, int start, int length)
    {
        if (_count == _entries.Length) Grow();
        ref var bucket = ref _buckets[BucketOf(hash, objectId)];
        for (var i = bucket; i != 0; i = _entries[i - 1].Next)
        {
            ref var other = ref _entries[i - 1];
            if (other.Hash == hash && other.ObjectId == objectId
                && source.Slice(other.Start, other.Length).SequenceEqual(source.Slice(start, length))) return false;
        }
        _entries[_count++] = new Entry(objectId, hash, start, length, bucket);
        bucket = _count;
        return true;
    }

    private int BucketOf(int hash, int objectId) => (hash ^ (objectId * unchecked((int)0x9E3779B9))) & (_buckets.Length - 1);

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _buckets = new int[_entries.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            ref var bucket = ref _buckets[BucketOf(_entries[i].Hash, _entries[i].ObjectId)];
            _entries[i] = _entries[i] with { Next = bucket };
            bucket = i + 1;
        }
    }

    private readonly record struct Entry(int ObjectId, int Hash, int Start, int Length, int Next);
}
