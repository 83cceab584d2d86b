using System.Collections;
using Nexus.Engine;

namespace Nexus.Failover;

/// <summary>Rows that the local replica gave, with where they come from: whoever keeps them knows it as long as it keeps them.</summary>
internal sealed class ReplicaRows<T>(IReadOnlyList<T> rows, ReplicaSource source) : IReadOnlyList<T>, IFromReplica
{
    public ReplicaSource Replica => source;

    public int Count => rows.Count;

    public T this[int index] => rows[index];

    public IEnumerator<T> GetEnumerator() => rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
