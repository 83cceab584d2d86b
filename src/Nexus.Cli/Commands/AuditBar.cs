using Nexus.Audit;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Runs an audit with a progress bar. The observation window takes most of the time.</summary>
internal static class AuditBar
{
    private const int Parts = 1000;

    private const double WindowShare = 0.9;

    /// <summary>Does the work and shows its progress.</summary>
    public static Task<T> RunAsync<T>(CommandConsole console, AuditLanguage language, Func<IProgress<AuditProgress>?, Task<T>> work) =>
        ProgressDisplay.RunAsync(console, new AuditTexts(language).Auditing, bar => work(bar is null ? null : new Bar(bar)));

    private sealed class Bar(IProgress<(long Done, long Total)> bar) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value) =>
            bar.Report(((long)(Parts * (value.Phase == AuditPhase.Window
                ? WindowShare * value.Share : WindowShare + (1 - WindowShare) * value.Share)), Parts));
    }
}
