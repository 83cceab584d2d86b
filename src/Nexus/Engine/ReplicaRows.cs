using System.Collections;

namespace Nexus.Engine;

/// <summary>Makes rows that say that they come from the local replica.</summary>
internal static class ReplicaRows
{
    /// <summary>The same rows, from where <paramref name="replica"/> says; unchanged where that is null.</summary>
    public static IReadOnlyList<T> From<T>(IReadOnlyList<T> rows, ReplicaSource? replica) =>
        replica is null ? rows : new ReplicaRows<T>(rows, replica);

    /// <summary>The local replica that gave the rows; null for rows of the store.</summary>
    public static ReplicaSource? SourceOf<T>(IReadOnlyList<T> rows) => (rows as IFromReplica)?.Replica;
}

/// <summary>Rows from the local replica with their source, so that a cache that keeps the rows keeps the source.</summary>
internal sealed class ReplicaRows<T>(IReadOnlyList<T> rows, ReplicaSource replica) : IReadOnlyList<T>, IFromReplica
{
    public ReplicaSource Replica => replica;

    public int Count => rows.Count;

    public T this[int index] => rows[index];

    public IEnumerator<T> GetEnumerator() => rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What comes from the local replica.</summary>
internal interface IFromReplica
{
    ReplicaSource Replica { get; }
}
