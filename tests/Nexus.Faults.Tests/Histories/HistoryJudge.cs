using Nexus.Simulation;

namespace Nexus.Faults.Tests;

/// <summary>What PostgreSQL holds at the end.</summary>
/// <param name="Members">The calls whose member the collecting value has.</param>
/// <param name="Trades">The calls whose trade is stored, each as often as it is.</param>
/// <param name="Days">By how many days the user was extended.</param>
internal sealed record FinalState(IReadOnlyList<long> Members, IReadOnlyList<long> Trades, int Days);

/// <summary>Decides whether what the callers were told was true.</summary>
/// <param name="history">Their calls.</param>
/// <param name="final">What is stored in the end.</param>
internal sealed class HistoryJudge(RecordedHistory history, FinalState final)
{
    /// <summary>How old rows from memory may be, in microseconds: docs/reliability.md.</summary>
    private const long StalenessBound = 3_000_000;

    private readonly IReadOnlyList<RecordedCall> _calls = history.Calls;
    private readonly List<string> _violations = [];

    /// <summary>The record whose history is not linearizable, drawn; null if each is.</summary>
    public string? Page { get; private set; }

    /// <summary>Each broken promise in words.</summary>
    public IReadOnlyList<string> Judge()
    {
        JudgeRegisters();
        JudgeOwnWrites();
        JudgeVersions();
        JudgeSet("member", "add", HistoryNames.Members, final.Members);
        JudgeSet("trade", "open", null, final.Trades);
        JudgeUser();
        JudgeLeases();
        return _violations;
    }

    /// <summary>
    /// Values that PostgreSQL served and committed are linearizable, on whichever instance. A write that was spooled, or whose outcome is not known,
    /// may take effect at any later time, or never.
    /// </summary>
    private void JudgeRegisters()
    {
        var registers = _calls.Where(call => call.IsWrite).Select(call => call.Key).ToHashSet(StringComparer.Ordinal);
        List<Call> all =
        [
            .. _calls.Where(call => call.IsWrite && !call.IsRefused).Select(call => new Call(
                call.Key, IsRead: false, call.Number, call.Invoked, call.IsCommitted ? call.Completed : long.MaxValue,
                // A spooled write replaces an older one that it did not know, which becomes a conflict.
                call.IsCommitted ? call.Replaced : null, call.Life)),
            .. _calls.Where(call => call is { Kind: "read", Result: "read" } && registers.Contains(call.Key)).Select(call => new Call(
                call.Key, IsRead: true, call.Value, call.Invoked, call.Completed, Client: call.Life)),
        ];
        if (Linearizability.FindViolation(all) is not var (key, stuck)) return;
        _violations.Add($"the history of {key} is not linearizable: {string.Join("; ", stuck)}");
        Page = HistoryPage.Draw(key, [.. all.Where(call => call.Key == key)], [.. stuck]);
    }

    /// <summary>A process reads what it wrote, also from the replica.</summary>
    private void JudgeOwnWrites()
    {
        foreach (var read in _calls.Where(call => call is { Kind: "read", Result: "read" or "replica" }))
        {
            var own = _calls.Where(call => call.IsWrite && call.IsAcknowledged && call.Life == read.Life && call.Key == read.Key
                && call.Completed < read.Invoked).MaxBy(call => call.Version);
            if (own is not null && read.Version < own.Version) _violations.Add($"{read}, after {own}");
        }
    }

    /// <summary>A commit that begins after another one was acknowledged has a higher version, on whichever instance.</summary>
    private void JudgeVersions()
    {
        foreach (var record in _calls.Where(call => call.IsCommitted && (call.IsWrite || call.Kind is "add" or "extend")).GroupBy(call => call.Key))
        {
            RecordedCall? highest = null;
            var ended = new Queue<RecordedCall>(record.OrderBy(call => call.Completed));
            foreach (var call in record.OrderBy(call => call.Invoked))
            {
                while (ended.TryPeek(out var next) && next.Completed < call.Invoked)
                {
                    if (highest is null || next.Version > highest.Version) highest = next;
                    ended.Dequeue();
                }
                if (highest is not null && call.Version <= highest.Version) _violations.Add($"{call}, after {highest}");
            }
        }
    }

    /// <summary>None lost, none twice, none invented, and none that was reported as not written.</summary>
    private void JudgeSet(string what, string kind, string? record, IReadOnlyList<long> stored)
    {
        var added = _calls.Where(call => call.Kind == kind).ToDictionary(call => call.Number);
        foreach (var number in stored.GroupBy(number => number))
        {
            if (number.Count() > 1) _violations.Add($"the {what} {number.Key} is stored {number.Count()} times");
            if (!added.TryGetValue(number.Key, out var call)) _violations.Add($"nobody wrote the {what} {number.Key}");
            else if (call.IsRefused) _violations.Add($"{call}, and it is stored");
        }
        var lost = added.Values.Where(call => call.IsAcknowledged).ExceptBy(stored, call => call.Number).ToList();
        // A patch that met a change which it did not know becomes a conflict, and is not lost.
        if (lost.Count > (record is null ? 0 : history.ParkedOf(record))) _violations.AddRange(lost.Select(call => $"{call}, and it is lost"));
    }

    private void JudgeUser()
    {
        var extensions = _calls.Where(call => call.Kind == "extend").ToList();
        var (least, most) = (extensions.Count(call => call.IsAcknowledged), extensions.Count(call => !call.IsRefused));
        if (final.Days > most) _violations.Add($"the user was extended by {final.Days} days, but only {most} were asked for");
        if (final.Days < least - history.ParkedOf($"{HistoryNames.User}"))
            _violations.Add($"the user was extended by {final.Days} days, but {least} were acknowledged");
        foreach (var look in _calls.Where(call => call is { Kind: "look", Result: "read" }))
        {
            var missed = extensions.Where(call => call.IsCommitted && call.Completed < look.Invoked - StalenessBound).MaxBy(call => call.Version);
            if (missed is not null && look.Version < missed.Version) _violations.Add($"{look}, more than three seconds after {missed}");
            var own = extensions.Where(call => call.IsCommitted && call.Life == look.Life && call.Completed < look.Invoked)
                .MaxBy(call => call.Version);
            if (own is not null && look.Version < own.Version) _violations.Add($"{look}, after its own {own}");
        }
    }

    /// <summary>A holder relies on its lease from the response until its duration has passed since the request.</summary>
    private void JudgeLeases()
    {
        var taken = _calls.Where(call => call is { Kind: "lease", IsCommitted: true }).OrderBy(call => call.Version).ToList();
        foreach (var (former, next) in taken.Zip(taken.Skip(1)))
        {
            if (next.Version == former.Version) _violations.Add($"{next}, as {former}");
            if (next.Completed < former.Invoked + (former.Replaced!.Value * 1000)) _violations.Add($"{next}, while it was held by {former}");
        }
    }
}

/// <summary>Records of <c>Nexus.Faults history</c>.</summary>
internal static class HistoryNames
{
    public const string Space = "history";
    public const string Members = "members";
    public const int User = 1;
}
