namespace Nexus.Operations.Monitoring;

/// <summary>The counters of one statement since the reset.</summary>
internal readonly record struct StatementCounters(long Calls, long Rows, double Milliseconds)
{
    /// <summary>What was added since an earlier reading; everything if the statistics were reset in between.</summary>
    public StatementCounters Since(StatementCounters before) => Calls < before.Calls || Milliseconds < before.Milliseconds
        ? this
        : new(Calls - before.Calls, Rows - before.Rows, Milliseconds - before.Milliseconds);

    public QueryWindow Window(double allMilliseconds) => new(
        Calls, Rows, Milliseconds, Calls == 0 ? 0 : Milliseconds / Calls, allMilliseconds > 0 ? Milliseconds / allMilliseconds : 0);
}
