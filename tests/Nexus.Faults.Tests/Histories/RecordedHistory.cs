using System.Globalization;

namespace Nexus.Faults.Tests;

/// <summary>The calls of all instances. Lines of <c>Nexus.Faults history</c> go in.</summary>
internal sealed class RecordedHistory
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, RecordedCall> _calls = [];
    private readonly Dictionary<string, int> _parked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = [];
    private readonly HashSet<string> _drained = [];

    public IReadOnlyList<RecordedCall> Calls
    {
        get { lock (_gate) return [.. _calls.Values.OrderBy(call => call.Invoked)]; }
    }

    public int Count
    {
        get { lock (_gate) return _calls.Count; }
    }

    /// <summary>Writes that became a conflict or were quarantined, by record.</summary>
    public int ParkedOf(string key)
    {
        lock (_gate)
        {
            return _parked.Where(parked => parked.Key == key || parked.Key.EndsWith($"/{key}", StringComparison.Ordinal))
                .Sum(parked => parked.Value);
        }
    }

    public bool IsOpen(string life)
    {
        lock (_gate) return _open.Contains(life);
    }

    public bool IsDrained(string life)
    {
        lock (_gate) return _drained.Contains(life);
    }

    /// <param name="life">The process that says it.</param>
    /// <param name="line">What it says.</param>
    public void Add(string life, string line)
    {
        // A process that is killed may be cut off in the middle of a line: that one was not heard.
        if (!line.EndsWith(" .", StringComparison.Ordinal)) return;
        lock (_gate)
        {
            switch (line[..^2].Split(' '))
            {
                case ["b", var number, var kind, var key, _, var replaced, var at]:
                    _calls[ToNumber(number)] = new RecordedCall(
                        life, ToNumber(number), kind, key, replaced == "-" ? null : ToNumber(replaced), ToNumber(at));
                    break;
                case ["e", var number, var result, var value, var version, var at]:
                    _calls[ToNumber(number)] = _calls[ToNumber(number)] with
                    {
                        Result = result,
                        Value = ToNumber(value),
                        Version = ToNumber(version),
                        Completed = ToNumber(at),
                    };
                    break;
                case ["x", var key]:
                    _parked[key] = _parked.GetValueOrDefault(key) + 1;
                    break;
                case ["open"]:
                    _open.Add(life);
                    break;
                case ["drained"]:
                    _drained.Add(life);
                    break;
                default:
                    throw new FormatException($"{life} said: {line}");
            }
        }
    }

    private static long ToNumber(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
