namespace Nexus.Audit;

/// <summary>Audits a PostgreSQL database: measures how an application uses it, and reports findings with evidence and fixes.</summary>
/// <example>
/// <code>
/// var options = new AuditOptions { ConnectionString = "Host=db;Database=shop;Username=auditor;Password=…", Window = TimeSpan.FromMinutes(1) };
/// var report = await Auditor.RunAsync(options, cancellationToken: stopping);
/// Console.WriteLine(report.Summary);
/// await File.WriteAllTextAsync("audit.md", report.ToMarkdown(), stopping);
/// </code>
/// </example>
public static class Auditor
{
    /// <summary>
    /// Observes the traffic for <see cref="AuditOptions.Window"/>, then runs the checks. Uses one connection and only reads. What the role may not
    /// see is skipped and reported with the GRANT that allows it.
    /// </summary>
    /// <param name="options">What to audit.</param>
    /// <param name="progress">Receives the progress about ten times a second; null for none.</param>
    /// <param name="cancellationToken">Stops the audit.</param>
    /// <returns>The report in <see cref="AuditOptions.Language"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="AuditException">An option is not accepted, or the database cannot be audited; see <see cref="AuditErrorKind"/>.</exception>
    /// <exception cref="OperationCanceledException">The audit was cancelled.</exception>
    public static async Task<AuditReport> RunAsync(AuditOptions options, IProgress<AuditProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = await new AuditRunner(options).RunAsync(progress, cancellationToken).ConfigureAwait(false);
        return new ReportBuilder(result, options.Language).Build();
    }

    /// <summary>
    /// Audits, then lists the fixes of the findings. With <see cref="FixOptions.Apply"/> it applies the safe ones, audits again and records each
    /// finding before and after in <see cref="FixOptions.LogFolder"/>.
    /// </summary>
    /// <param name="options">What to audit. <see cref="AuditOptions.Only"/> chooses the checks.</param>
    /// <param name="fixes">Which fixes to list or apply.</param>
    /// <param name="progress">Receives the progress of each audit; null for none.</param>
    /// <param name="cancellationToken">Stops. An index that is being built is dropped again.</param>
    /// <returns>One item for each finding.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> or <paramref name="fixes"/> is null.</exception>
    /// <exception cref="AuditException">As of <see cref="RunAsync"/>; also when fixes are applied through a pooler or without a log
    /// folder.</exception>
    /// <exception cref="IOException">The log cannot be written. Nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<FixReport> FixAsync(AuditOptions options, FixOptions fixes, IProgress<AuditProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(fixes);
        return new FixRunner(options, fixes).RunAsync(progress, cancellationToken);
    }
}
