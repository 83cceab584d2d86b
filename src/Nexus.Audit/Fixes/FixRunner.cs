namespace Nexus.Audit;

/// <summary>Audits, applies what is safe, audits again, and records both.</summary>
internal sealed class FixRunner(AuditOptions options, FixOptions fixes)
{
    /// <exception cref="AuditException">As of <see cref="AuditRunner"/>.</exception>
    public async Task<FixReport> RunAsync(IProgress<AuditProgress>? progress, CancellationToken cancellationToken)
    {
        if (fixes.Apply && string.IsNullOrWhiteSpace(fixes.LogFolder))
            throw new AuditException(AuditErrorKind.InvalidOption, "must be set to apply fixes", nameof(FixOptions.LogFolder));
        var before = await Auditor.RunAsync(options, progress, cancellationToken).ConfigureAwait(false);
        var database = before.Server.Database;
        var findings = before.Findings.Where(finding => fixes.Object is null || finding.Object.Contains(fixes.Object, StringComparison.Ordinal))
            .ToList();
        if (!fixes.Apply)
        {
            return new FixReport
            {
                Database = database,
                Fixes = [.. findings.Select(finding => Item(finding, finding.Fix.CanApply ? FixStatus.Printed : FixStatus.Manual, null, null))],
            };
        }

        var log = new FixLog(fixes.LogFolder!, options.TimeProvider);
        log.Prepare();
        var errors = new Dictionary<FindingReport, string?>();
        try
        {
            await ApplyAsync(findings, errors, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException && DriverErrors.Covers(error))
        {
            throw DriverErrors.Translate(error);
        }
        var after = errors.Count == 0 ? before : await Auditor.RunAsync(options, progress, cancellationToken).ConfigureAwait(false);
        var items = findings.Select(finding => !errors.TryGetValue(finding, out var error) ? Item(finding, FixStatus.Manual, null, null)
            : Item(finding, error is null ? FixStatus.Applied : FixStatus.Failed, error,
                after.Findings.FirstOrDefault(again => again.Id == finding.Id && again.Object == finding.Object))).ToList();
        foreach (var item in items.Where(item => item.Status is FixStatus.Applied or FixStatus.Failed)) await log.AppendAsync(database, item,
            cancellationToken).ConfigureAwait(false);
        return new FixReport { Database = database, Applied = true, Fixes = items, Log = errors.Count == 0 ? null : log.Path };
    }

    private async Task ApplyAsync(List<FindingReport> findings, Dictionary<FindingReport, string?> errors, CancellationToken cancellationToken)
    {
        if (!findings.Exists(finding => finding.Fix.CanApply)) return;
        var connection = await FixConnection.OpenAsync(options.ConnectionString, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            foreach (var finding in findings.Where(finding => finding.Fix.CanApply))
            {
                try
                {
                    errors[finding] = await connection.FindUserCodeAsync(finding.Fix.Evaluates, cancellationToken).ConfigureAwait(false) is { } code
                        ? Printable.Line(code.Reason.In(options.Language))
                        : await connection.RunAsync(finding.Fix.Sql, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    if (errors.GetValueOrDefault(finding, "") is { } error
                        && await connection.DropUnfinishedAsync(finding.Fix.Rollback).ConfigureAwait(false) is { } left)
                        errors[finding] = $"{error}; {LeftBehind(left).In(options.Language)}";
                }
            }
        }
    }

    private static Bilingual LeftBehind(string index) => new(
        $"the unfinished index {index} could not be dropped; drop it when the table is idle (I7)",
        $"el índice incompleto {index} no se pudo eliminar; elimínelo cuando la tabla esté libre (I7)");

    private static FixItem Item(FindingReport finding, FixStatus status, string? error, FindingReport? after) => new()
    {
        Id = finding.Id,
        Object = finding.Object,
        Status = status,
        Advice = finding.Fix.Advice,
        Sql = finding.Fix.Sql,
        Rollback = finding.Fix.Rollback,
        Error = error,
        Before = State(finding),
        After = after is null ? null : State(after),
    };

    private static FixState State(FindingReport finding) => new() { Severity = finding.Severity, Found = finding.Found, Evidence = finding.Evidence };
}
