using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace Nexus.Audit;

/// <summary>
/// Runs one check so that nothing it meets reaches another: a transaction of its own, and every error of the server becomes a reason.
/// </summary>
internal sealed class CheckRunner(AuditConnection connection, ServerFacts server, WindowData window)
{
    public async Task<CheckResult> RunAsync(AuditCheck check, CancellationToken cancellationToken)
    {
        if (server.Version < check.MinimumServerVersion) return Skipped(check, NotSeenReasons.NeedsVersion(check.MinimumServerVersion));
        var context = new CheckContext(connection, server, window, cancellationToken);
        if (Missing(check, context) is { } missing) return Skipped(check, missing);
        try
        {
            var findings = await connection.InTransactionAsync(async () =>
                await WithoutUserCodeAsync(await check.FindAsync(context).ConfigureAwait(false), context).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
            return CheckResult.From(check, findings, context.NotSeen);
        }
        catch (PostgresException error) when (!connection.IsBroken)
        {
            return Skipped(check, NotSeenReasons.Failed(error, server));
        }
        catch (TooManyRowsException) when (!connection.IsBroken)
        {
            return Skipped(check, NotSeenReasons.TooManyRows);
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or InvalidOperationException or ArgumentException
            or OverflowException or JsonException or RegexMatchTimeoutException && !connection.IsBroken)
        {
            // A defect of the check must not take the others with it.
            return Skipped(check, NotSeenReasons.Defect(error));
        }
    }

    /// <summary>Fixes that would make the server run what a user may have written are left to a person, with the reason.</summary>
    private static async Task<IReadOnlyList<Finding>> WithoutUserCodeAsync(IReadOnlyList<Finding> findings, CheckContext context)
    {
        var tables = findings.Where(finding => finding.Fix.CanApply).SelectMany(finding => finding.Fix.Evaluates).Distinct().ToList();
        if (tables.Count == 0) return findings;
        var code = await UserCode.OfAsync((sql, read, parameters) => context.QueryAsync(sql, read, parameters), tables, toChange: true)
            .ConfigureAwait(false);
        return [.. findings.Select(finding => !finding.Fix.CanApply
            || finding.Fix.Evaluates.SelectMany(table => code[table]).FirstOrDefault() is not { } first ? finding : finding with
        {
            Fix = finding.Fix with
            {
                CanApply = false,
                Advice = new(
                    $"{finding.Fix.Advice.En} It is not applied automatically: {first.Reason.En}.",
                    $"{finding.Fix.Advice.Es} No se aplica automáticamente: {first.Reason.Es}."),
            },
        })];
    }

    /// <summary>What makes the check impossible; what only limits it is reported to the context.</summary>
    private NotSeen? Missing(AuditCheck check, CheckContext context)
    {
        if (check.Needs.HasFlag(AuditNeeds.Window) && window.WasReset) return NotSeenReasons.StatisticsReset;
        if (check.Needs.HasFlag(AuditNeeds.Statements))
        {
            if (server.Statements is null) return server.StatementsMissing;
            if (window.StatementsRefusal is { } state) return NotSeenReasons.StatementsRefused(state);
            if (window.HiddenStatements > 0) context.CannotSee(NotSeenReasons.HiddenStatements(window.HiddenStatements),
                NotSeenReasons.ReadAllStats(server));
        }
        if (check.Needs.HasFlag(AuditNeeds.Activity)
            && window.HiddenSessions > 0) context.CannotSee(NotSeenReasons.HiddenSessions(window.HiddenSessions),
                NotSeenReasons.ReadAllStats(server));
        return null;
    }

    private static CheckResult Skipped(AuditCheck check, NotSeen reason) => new(check, CheckStatus.Skipped, [], [reason]);
}
