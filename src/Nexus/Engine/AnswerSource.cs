namespace Nexus.Engine;

/// <summary>
/// The sources of one caller's results: the receipts of its writes and the sources of its reads, recorded as they arrive. A caller that needs to know
/// begins it before the calls; it follows them through their awaits.
/// </summary>
internal sealed class AnswerSource
{
    private static readonly AsyncLocal<AnswerSource?> Current = new();

    private ReplicaSource? _replica;
    private int _written;
    private int _spooled;

    /// <summary>Records the sources of the calls that follow in this flow of control.</summary>
    public static AnswerSource Begin() => Current.Value = new AnswerSource();

    /// <summary>Whether a write was acknowledged.</summary>
    public bool HasWritten => Volatile.Read(ref _written) != 0;

    /// <summary>Whether any write that was acknowledged is in the outbox only.</summary>
    public bool HasSpooled => Volatile.Read(ref _spooled) != 0;

    /// <summary>The oldest local replica that served a read; null if none did.</summary>
    public ReplicaSource? Replica => Volatile.Read(ref _replica);

    /// <summary>A write was acknowledged.</summary>
    public static void Wrote(bool isSpooled)
    {
        if (Current.Value is not { } answer) return;
        Volatile.Write(ref answer._written, 1);
        if (isSpooled) Volatile.Write(ref answer._spooled, 1);
    }

    /// <summary>The local replica served a read.</summary>
    public static void Read(ReplicaSource source)
    {
        if (Current.Value is not { } answer) return;
        if (answer.Replica is { } known && (known.AsOf is null || known.AsOf <= source.AsOf)) return;
        Volatile.Write(ref answer._replica, source);
    }
}

/// <summary>The local replica as one read found it.</summary>
/// <param name="asOf">Up to when it was complete; null when it never was.</param>
/// <param name="clock">The clock of that time.</param>
internal sealed class ReplicaSource(DateTimeOffset? asOf, TimeProvider clock)
{
    public DateTimeOffset? AsOf => asOf;

    /// <summary>How old what was read is now; null where it is not known.</summary>
    public TimeSpan? Age => asOf is { } at ? TimeSpan.FromTicks(Math.Max(0, (clock.GetUtcNow() - at).Ticks)) : null;
}
