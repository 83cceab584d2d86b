using Spectre.Console;

namespace Nexus.Cli.Terminal;

/// <summary>Shows a progress bar on a terminal, and nothing otherwise.</summary>
internal static class ProgressDisplay
{
    /// <summary>Does the work and shows its progress.</summary>
    /// <param name="console">The bar is written to its standard error, so that the result can be redirected.</param>
    /// <param name="title">The label of the bar.</param>
    /// <param name="work">The work. It receives the progress to report to, or null.</param>
    public static Task<T> RunAsync<T>(CommandConsole console, string title, Func<IProgress<(long Done, long Total)>?, Task<T>> work)
    {
        if (!console.ShowsProgress) return work(null);
        return console.ErrorTerminal.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new Bar(context.AddTask(title))));
    }

    private sealed class Bar(ProgressTask task) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value)
        {
            task.MaxValue = Math.Max(value.Total, 1);
            task.Value = value.Done;
        }
    }
}
