using Nexus.Cli.Terminal;
using Nexus.Operations.Audit;
using Nexus.Operations.Audit.Reports;

namespace Nexus.Cli.Commands;

/// <summary>Makes an audit behind a bar: the window is most of it.</summary>
internal static class AuditBar
{
    private const int Parts = 1000;

    private const double WindowShare = 0.9;

    public static Task<AuditResult> RunAsync(CommandConsole console, AuditOptions options, AuditLanguage language, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(console, ReportTexts.Auditing.In(language), bar => new AuditRunner(options, TimeProvider.System).RunAsync(bar is null ? null : new Bar(bar), cancellationToken));

    private sealed class Bar(IProgress<(long Done, long Total)> bar) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value) => bar.Report(((long)(Parts * (value.Phase == "window" ? WindowShare * value.Share : WindowShare + (1 - WindowShare) * value.Share)), Parts));
    }
}
