using Nexus.Audit.Measuring;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Audit;

/// <summary>Makes an audit over one connection: facts, the window, then every check.</summary>
internal sealed class AuditRunner(AuditOptions options, TimeProvider clock)
{
    private const int OldestServer = 140_000;

    /// <exception cref="NexusConfigurationException">The database's URL or the login is wrong, the server is older than PostgreSQL 14, or the role may do too much (<see cref="AuditRole"/>).</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or went away.</exception>
    /// <exception cref="NexusValidationException">A check is named that does not exist, or the window is out of range.</exception>
    public async Task<AuditResult> RunAsync(IProgress<AuditProgress>? progress, CancellationToken cancellationToken)
    {
        if (options.Window < TimeSpan.FromMilliseconds(100) || options.Window > TimeSpan.FromDays(1)) throw new NexusValidationException("--window", "must be 100ms to 24h");
        var checks = Chosen();
        try
        {
            var connection = await AuditConnection.OpenAsync(options.Database, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                if (!options.AllowSuperuser) await AuditRole.RefusePrivilegedAsync(connection, cancellationToken).ConfigureAwait(false);
                var server = await ServerFacts.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
                if (server.Version < OldestServer) throw new NexusConfigurationException(DatabaseUrl.Setting, $"leads to PostgreSQL {server.VersionText}; an audit needs 14 or newer");
                var startedAt = clock.GetUtcNow();
                var window = await new WindowWatcher(connection, server, options.Window, clock).WatchAsync(progress, cancellationToken).ConfigureAwait(false);
                var applicability = await Applicability.ReadAsync(connection, window.Relations, cancellationToken).ConfigureAwait(false);
                var runner = new CheckRunner(connection, server, window);
                var results = new List<CheckResult>();
                foreach (var check in checks)
                {
                    results.Add(applicability.Filter(await runner.RunAsync(check, cancellationToken).ConfigureAwait(false)));
                    progress?.Report(new AuditProgress("checks", (double)results.Count / checks.Count));
                }
                return new AuditResult(startedAt, server, window, Causes.Merge(results, window.Relations));
            }
        }
        catch (Exception error) when (error is not OperationCanceledException && PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    private List<AuditCheck> Chosen()
    {
        foreach (var id in options.Only.Concat(options.Ignore))
        {
            if (CheckCatalogue.Find(id) is null) throw new NexusValidationException("check", Explanations.NoSuchCheck(id));
        }
        return [.. options.Checks.Where(check =>
            (options.Only.Count == 0 || options.Only.Contains(check.Id, StringComparer.OrdinalIgnoreCase)) && !options.Ignore.Contains(check.Id, StringComparer.OrdinalIgnoreCase)
            && !(options.DatabaseOnly && check.IsAboutServer))];
    }
}
