using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>Changes to announce, each once however often it happens. Bounded: a table with too many of them is announced as a whole.</summary>
internal sealed class PendingChanges
{
    /// <summary>Ten full batches.</summary>
    public const int Most = 10_000;

    private readonly HashSet<StateChange> _changes = [];

    public int Count => _changes.Count;

    public void Add(IEnumerable<StateChange> changes)
    {
        foreach (var change in changes)
        {
            if (_changes.Contains(change with { Id = StateChange.Everything })) continue;
            if (_changes.Count >= Most || change.Id == StateChange.Everything)
            {
                _changes.RemoveWhere(other => other.Table == change.Table);
                _changes.Add(change with { Id = StateChange.Everything });
            }
            else _changes.Add(change);
        }
    }

    public StateChange[] Take()
    {
        StateChange[] taken = [.. _changes];
        _changes.Clear();
        return taken;
    }

    public StateChange[] List() => [.. _changes];
}
