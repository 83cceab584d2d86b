using Spectre.Console;

namespace Nexus.Cli.Terminal;

/// <summary>A bar on a terminal, silence elsewhere.</summary>
internal static class ProgressDisplay
{
    /// <summary>Does the work and shows how far it is.</summary>
    /// <param name="console">Its error output is shown on, so that the answer can be redirected.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="work">Is given where to report what is done and of how much.</param>
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
