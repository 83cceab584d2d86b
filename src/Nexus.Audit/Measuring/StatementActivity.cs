namespace Nexus.Audit;

/// <summary>An entry of pg_stat_statements.</summary>
/// <param name="UserId">The role.</param>
/// <param name="QueryId">The normalised statement.</param>
/// <param name="IsTopLevel">False inside a function.</param>
internal readonly record struct StatementKey(uint UserId, long QueryId, bool IsTopLevel);

/// <summary>Its counters since the reset.</summary>
/// <param name="Calls">Executions.</param>
/// <param name="Rows">Rows returned or written.</param>
/// <param name="Plans">Times planned; 0 without track_planning.</param>
/// <param name="PlanTime">Milliseconds.</param>
/// <param name="ExecutionTime">Milliseconds.</param>
internal readonly record struct StatementCounters(long Calls, long Rows, long Plans, double PlanTime, double ExecutionTime)
{
    /// <summary>What was added since; everything if the entry was dropped and created again meanwhile.</summary>
    public StatementCounters Since(StatementCounters before) => Calls < before.Calls
        ? this
        : new(Calls - before.Calls, Rows - before.Rows, Plans - before.Plans, PlanTime - before.PlanTime, ExecutionTime - before.ExecutionTime);
}

/// <summary>One part of the window.</summary>
/// <param name="Calls">Executions in it.</param>
/// <param name="Rows">Rows in it.</param>
internal readonly record struct StatementSlice(long Calls, long Rows);

/// <summary>A statement over the window.</summary>
internal sealed record StatementActivity
{
    /// <summary>Its key.</summary>
    public required StatementKey Key { get; init; }

    /// <summary>The role's name.</summary>
    public required string User { get; init; }

    /// <summary>
    /// Normalised: constants are $1, $2, …; utility statements keep theirs, so the text is shown only through <see cref="StatementText.Shown"/>.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>During the window.</summary>
    public required StatementCounters Window { get; init; }

    /// <summary>Since the reset.</summary>
    public required StatementCounters Total { get; init; }

    /// <summary>The window in equal parts, for statements that go together.</summary>
    public required IReadOnlyList<StatementSlice> Slices { get; init; }

    /// <summary>As a finding names it.</summary>
    public string Name => $"statement {Key.QueryId:x}";

    /// <summary>Milliseconds of planning and execution during the window.</summary>
    public double WindowTime => Window.PlanTime + Window.ExecutionTime;

    /// <summary>The same since the reset.</summary>
    public double TotalTime => Total.PlanTime + Total.ExecutionTime;
}
