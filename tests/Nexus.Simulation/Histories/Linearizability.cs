namespace Nexus.Simulation;

/// <summary>
/// Decides whether a history of registers is linearizable: whether each call can take effect at one instant between its invocation and its
/// completion, so that each read returns the last value written. Wing and Gong's search with Lowe's memory of visited states, separately for each
/// record (https://www.cs.ox.ac.uk/people/gavin.lowe/LinearizabiltyTesting/).
/// </summary>
internal static class Linearizability
{
    /// <summary>More states than this are not searched.</summary>
    private const int MostStates = 5_000_000;

    /// <returns>The first record whose history is not linearizable, and the calls that cannot be ordered; null if each is.</returns>
    public static (string Key, IReadOnlyList<Call> Stuck)? FindViolation(IEnumerable<Call> history, Func<string, long>? initial = null)
    {
        foreach (var record in history.GroupBy(call => call.Key, StringComparer.Ordinal))
        {
            if (Check([.. record.OrderBy(call => call.Invoked)], initial?.Invoke(record.Key) ?? 0) is { } stuck) return (record.Key, stuck);
        }
        return null;
    }

    /// <summary>Null if the calls, in the order of their invocations, are linearizable.</summary>
    private static IReadOnlyList<Call>? Check(Call[] calls, long initial)
    {
        // An unknown read says nothing, and neither does an unknown write whose value nobody met: it may not have happened.
        var met = calls.Where(call => call is { IsRead: true, IsUnknown: false }).Select(call => call.Value)
            .Concat(calls.Select(call => call.Replaces).OfType<long>()).ToHashSet();
        calls = [.. calls.Where(call => !call.IsUnknown || (!call.IsRead && met.Contains(call.Value)))];
        var search = new Search(calls, initial);
        return search.Succeeds() ? null : search.Furthest;
    }

    private sealed class Search(Call[] calls, long initial)
    {
        private readonly ulong[] _done = new ulong[(calls.Length + 63) / 64];
        private readonly HashSet<State> _visited = [];
        private int _best = -1;

        /// <summary>The calls that were left where the search came furthest.</summary>
        public IReadOnlyList<Call> Furthest { get; private set; } = [];

        public bool Succeeds()
        {
            var choices = new Stack<(int Call, long Before)>();
            var (value, next, count) = (initial, 0, 0);
            while (true)
            {
                if (IsComplete()) return true;
                var call = Find(next, value);
                if (call >= 0)
                {
                    Set(call);
                    var after = calls[call].IsRead ? value : calls[call].Value;
                    if (count + 1 > _best) (_best, Furthest) = (count + 1, [.. calls.Where((_, n) => !IsDone(n)).Take(8)]);
                    if (!LosesWanted(value, after) && _visited.Add(new State([.. _done], after)))
                    {
                        if (_visited.Count > MostStates) throw new InvalidOperationException("the history is too concurrent to be decided");
                        choices.Push((call, value));
                        (value, next) = (after, 0);
                        count++;
                        continue;
                    }
                    Unset(call);
                    next = call + 1;
                    continue;
                }
                if (!choices.TryPop(out var last)) return false;
                Unset(last.Call);
                (value, next) = (last.Before, last.Call + 1);
                count--;
            }
        }

        /// <summary>Whether every call whose outcome is known has taken effect.</summary>
        private bool IsComplete()
        {
            for (var n = 0; n < calls.Length; n++)
            {
                if (!IsDone(n) && !calls[n].IsUnknown) return false;
            }
            return true;
        }

        /// <summary>Whether a value that a call still has to meet is replaced and nothing can bring it back.</summary>
        private bool LosesWanted(long value, long after)
        {
            if (value == after) return false;
            var isWanted = false;
            for (var n = 0; n < calls.Length; n++)
            {
                if (IsDone(n)) continue;
                if (!calls[n].IsRead && calls[n].Value == value) return false;
                isWanted |= !calls[n].IsUnknown && (calls[n].IsRead ? calls[n].Value == value : calls[n].Replaces == value);
            }
            return isWanted;
        }

        /// <summary>The first call from a place on that may be the next: none that is left had completed before its invocation.</summary>
        private int Find(int from, long value)
        {
            var firstEnd = long.MaxValue;
            for (var n = 0; n < calls.Length; n++)
            {
                if (!IsDone(n)) firstEnd = Math.Min(firstEnd, calls[n].Completed);
            }
            for (var n = from; n < calls.Length && calls[n].Invoked <= firstEnd; n++)
            {
                if (IsDone(n)) continue;
                var call = calls[n];
                if (call.IsRead ? call.Value == value : call.Replaces is null || call.Replaces == value) return n;
            }
            return -1;
        }

        private bool IsDone(int n) => (_done[n / 64] & (1UL << (n % 64))) != 0;

        private void Set(int n) => _done[n / 64] |= 1UL << (n % 64);

        private void Unset(int n) => _done[n / 64] &= ~(1UL << (n % 64));
    }

    private readonly struct State(ulong[] done, long value) : IEquatable<State>
    {
        private readonly ulong[] _done = done;
        private readonly long _value = value;

        public bool Equals(State other) => _value == other._value && _done.AsSpan().SequenceEqual(other._done);

        public override bool Equals(object? obj) => obj is State other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var word in _done) hash.Add(word);
            hash.Add(_value);
            return hash.ToHashCode();
        }
    }
}
