namespace Nexus.Engine;

/// <summary>The record that a write concerns: its order is kept per key, its shard is chosen by key, and a change notice names it.</summary>
internal readonly record struct WriteKey(RecordTable Table, string Id)
{
    // Descriptors are singletons: comparing references spares each lookup a virtual call.
    public bool Equals(WriteKey other) => ReferenceEquals(Table, other.Table) && Id == other.Id;

    public override int GetHashCode() => HashCode.Combine(Table.LockOrder, Id);

    /// <summary>The same in every process, unlike <see cref="GetHashCode"/>: FNV-1a of the table and the id.</summary>
    public uint StableHash
    {
        get
        {
            var hash = (2166136261 ^ (uint)Table.LockOrder) * 16777619;
            foreach (var letter in Id) hash = (hash ^ letter) * 16777619;
            return hash;
        }
    }

    /// <summary>How messages name the record.</summary>
    public override string ToString() => Table.Describe(Id);
}
