namespace Nexus.Audit;

/// <summary>
/// How much of the database's time statements take: during the window if anything ran in it, otherwise since the statistics were reset.
/// </summary>
internal sealed class StatementShare
{
    private readonly bool _isWindow;
    private readonly double _all;

    public StatementShare(WindowData window)
    {
        var inWindow = window.Statements.Sum(statement => statement.WindowTime);
        const double fewestMilliseconds = 10;
        _isWindow = inWindow >= fewestMilliseconds;
        _all = Math.Max(double.Epsilon, _isWindow ? inWindow : window.Statements.Sum(statement => statement.TotalTime));
    }

    /// <summary>Milliseconds of a statement.</summary>
    public double Time(StatementActivity statement) => _isWindow ? statement.WindowTime : statement.TotalTime;

    /// <summary>0 to 1.</summary>
    public double Of(IEnumerable<StatementActivity> statements) => statements.Sum(Time) / _all;
}
