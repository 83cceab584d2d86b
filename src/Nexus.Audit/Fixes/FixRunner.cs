using Nexus.Audit.Reports;
using Nexus.Audit.Text;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Audit.Fixes;

/// <summary>Finds, applies what is safe, finds again, and records both.</summary>
internal sealed class FixRunner(AuditOptions options, AuditLanguage language, FixLog log, TimeProvider clock)
{
    /// <param name="apply">Whether to apply what is safe; otherwise it only says what it would run.</param>
    /// <param name="objectPart">Only findings whose object contains it; null for all.</param>
    /// <param name="progress">Told how far the audits are.</param>
    /// <param name="cancellationToken">Gives up; an index that is being built is dropped again.</param>
    /// <exception cref="NexusException">As of <see cref="AuditRunner"/>.</exception>
    public async Task<FixReport> RunAsync(bool apply, string? objectPart, IProgress<AuditProgress>? progress, CancellationToken cancellationToken)
    {
        var before = await AuditAsync(progress, cancellationToken).ConfigureAwait(false);
        var findings = before.Findings.Where(finding => objectPart is null || finding.Object.Contains(objectPart, StringComparison.Ordinal)).ToList();
        if (!apply) return new FixReport(before.Server.Database, Applied: false, [.. findings.Select(finding => Item(finding, finding.Fix.CanApply ? FixItem.Printed : FixItem.ByHand, null, null))], null);

        log.Prepare();
        var errors = new Dictionary<FindingReport, string?>();
        try
        {
            await ApplyAsync(findings, errors, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException && PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
        var after = errors.Count == 0 ? before : await AuditAsync(progress, cancellationToken).ConfigureAwait(false);
        var items = findings.Select(finding => !errors.TryGetValue(finding, out var error)
            ? Item(finding, FixItem.ByHand, null, null)
            : Item(finding, error is null ? FixItem.Done : FixItem.Failed, error, after.Findings.FirstOrDefault(again => again.Id == finding.Id && again.Object == finding.Object))).ToList();
        foreach (var item in items.Where(item => item.Status is FixItem.Done or FixItem.Failed)) await log.AppendAsync(before.Server.Database, item, cancellationToken).ConfigureAwait(false);
        return new FixReport(before.Server.Database, Applied: true, items, errors.Count == 0 ? null : log.Path);
    }

    private async Task ApplyAsync(List<FindingReport> findings, Dictionary<FindingReport, string?> errors, CancellationToken cancellationToken)
    {
        if (!findings.Exists(finding => finding.Fix.CanApply)) return;
        var connection = await FixConnection.OpenAsync(options.Database, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            foreach (var finding in findings.Where(finding => finding.Fix.CanApply))
            {
                try
                {
                    errors[finding] = await connection.FindUserCodeAsync(finding.Fix.Evaluates, cancellationToken).ConfigureAwait(false) is { } code
                        ? Printable.Line(code.Reason.In(language))
                        : await connection.RunAsync(finding.Fix.Sql, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    if (errors.GetValueOrDefault(finding, "") is { } error && await connection.DropUnfinishedAsync(finding.Fix.Rollback).ConfigureAwait(false) is { } left)
                        errors[finding] = $"{error}; {FixTexts.LeftBehind(left).In(language)}";
                }
            }
        }
    }

    private async Task<AuditReport> AuditAsync(IProgress<AuditProgress>? progress, CancellationToken cancellationToken) =>
        new ReportBuilder(await new AuditRunner(options, clock).RunAsync(progress, cancellationToken).ConfigureAwait(false), language).Build();

    private static FixItem Item(FindingReport finding, string status, string? error, FindingReport? after) => new(
        finding.Id, finding.Object, status, finding.Fix.Advice, finding.Fix.Sql, finding.Fix.Rollback, error, State(finding), after is null ? null : State(after));

    private static FixState State(FindingReport finding) => new(finding.Severity, finding.Found, finding.Evidence);
}
