using System.Collections.Concurrent;

namespace Nexus.Secrets;

/// <summary>The subkeys met lately, at most twice <see cref="Capacity"/>. Reading takes no lock.</summary>
/// <remarks>
/// Two generations: what is used moves to the young one; when that is full it becomes the old one and the old one is forgotten. Only subkeys that
/// opened something are kept, so made-up salts cannot flush it.
/// </remarks>
internal sealed class SubkeyCache
{
    /// <summary>Salts differ by sealer instance: a thousand restarts of the engine.</summary>
    public const int Capacity = 1024;

    private readonly int _capacity;
    private ConcurrentDictionary<(uint Key, UInt128 Salt), Subkey> _young = new();
    private ConcurrentDictionary<(uint Key, UInt128 Salt), Subkey> _old = new();
    private int _count;

    public SubkeyCache(int capacity = Capacity) => _capacity = capacity;

    /// <summary>How many are kept, for tests.</summary>
    public int Count => _young.Count + _old.Count;

    public Subkey? Find(uint key, UInt128 salt)
    {
        if (Volatile.Read(ref _young).TryGetValue((key, salt), out var subkey)) return subkey;
        if (!Volatile.Read(ref _old).TryGetValue((key, salt), out subkey)) return null;
        Add(key, salt, subkey);
        return subkey;
    }

    public void Add(uint key, UInt128 salt, Subkey subkey)
    {
        var young = Volatile.Read(ref _young);
        if (!young.TryAdd((key, salt), subkey) || Interlocked.Increment(ref _count) < _capacity) return;
        if (Interlocked.CompareExchange(ref _young, new(), young) != young) return;
        Volatile.Write(ref _old, young);
        Interlocked.Exchange(ref _count, 0);
    }
}
