using System.Text.Json;
using System.Text.RegularExpressions;
using Nexus.Operations.Audit.Measuring;
using Npgsql;

namespace Nexus.Operations.Audit;

/// <summary>Runs one check so that nothing it meets reaches another: a transaction of its own, and every error of the server becomes a reason.</summary>
internal sealed class CheckRunner(AuditConnection connection, ServerFacts server, WindowData window)
{
    public async Task<CheckResult> RunAsync(AuditCheck check, CancellationToken cancellationToken)
    {
        if (server.Version < check.MinimumServerVersion) return Skipped(check, NotSeenReasons.NeedsVersion(check.MinimumServerVersion));
        var context = new CheckContext(connection, server, window, cancellationToken);
        if (Missing(check, context) is { } missing) return Skipped(check, missing);
        try
        {
            var findings = await connection.InTransactionAsync(() => check.FindAsync(context), cancellationToken).ConfigureAwait(false);
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
        catch (Exception error) when (error is InvalidCastException or FormatException or InvalidOperationException or ArgumentException or OverflowException or JsonException or RegexMatchTimeoutException && !connection.IsBroken)
        {
            // A defect of the check must not take the others with it.
            return Skipped(check, NotSeenReasons.Defect(error));
        }
    }

    /// <summary>What makes the check impossible; what only limits it is told to the context.</summary>
    private NotSeen? Missing(AuditCheck check, CheckContext context)
    {
        if (check.Needs.HasFlag(AuditNeeds.Window) && window.WasReset) return NotSeenReasons.StatisticsReset;
        if (check.Needs.HasFlag(AuditNeeds.Statements))
        {
            if (server.Statements is null) return server.StatementsMissing;
            if (window.HiddenStatements > 0) context.CannotSee(NotSeenReasons.HiddenStatements(window.HiddenStatements), NotSeenReasons.ReadAllStats(server));
        }
        if (check.Needs.HasFlag(AuditNeeds.Activity) && window.HiddenSessions > 0) context.CannotSee(NotSeenReasons.HiddenSessions(window.HiddenSessions), NotSeenReasons.ReadAllStats(server));
        return null;
    }

    private static CheckResult Skipped(AuditCheck check, NotSeen reason) => new(check, CheckStatus.Skipped, [], [reason]);
}
