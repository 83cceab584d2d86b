namespace Nexus.Engine;

/// <summary>The record that a write concerns: its order is kept per key, its shard is chosen by key, and a change notice names it.</summary>
internal readonly record struct WriteKey(RecordTable Table, string Id)
{
    // Descriptors are singletons: comparing references spares each lookup a virtual call.
    public bool Equals(WriteKey other) => ReferenceEquals(Table, other.Table) && Id == other.Id;

    public override int GetHashCode() => HashCode.Combine(Table.LockOrder, Id);

    /// <summary>How messages name the record.</summary>
    public override string ToString() => Table.Describe(Id);
}
