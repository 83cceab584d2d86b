namespace Nexus.Audit;

/// <summary>Runs an audit over one connection: facts, the window, then every check.</summary>
internal sealed class AuditRunner(AuditOptions options)
{
    private const int OldestServer = 140_000;

    /// <exception cref="AuditException">See <see cref="AuditErrorKind"/>.</exception>
    public async Task<AuditResult> RunAsync(IProgress<AuditProgress>? progress, CancellationToken cancellationToken)
    {
        options.Validate();
        var checks = Chosen();
        try
        {
            var connection = await AuditConnection.OpenAsync(options.ConnectionString, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                if (!options.AllowSuperuser) await AuditRole.RefusePrivilegedAsync(connection, cancellationToken).ConfigureAwait(false);
                var server = await ServerFacts.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
                if (server.Version < OldestServer)
                {
                    throw new AuditException(
                        AuditErrorKind.UnsupportedServer, $"leads to PostgreSQL {Printable.Line(server.VersionText)}; an audit needs 14 or newer",
                            nameof(AuditOptions.ConnectionString));
                }
                var startedAt = options.TimeProvider.GetUtcNow();
                var window = await new WindowWatcher(connection, server, options.Window, options.TimeProvider).WatchAsync(progress, cancellationToken)
                    .ConfigureAwait(false);
                var applicability = await Applicability.ReadAsync(connection, window.Relations, cancellationToken).ConfigureAwait(false);
                var runner = new CheckRunner(connection, server, window);
                var results = new List<CheckResult>();
                foreach (var check in checks)
                {
                    results.Add(applicability.Filter(await runner.RunAsync(check, cancellationToken).ConfigureAwait(false)));
                    progress?.Report(new AuditProgress(AuditPhase.Checks, (double)results.Count / checks.Count));
                }
                return new AuditResult(startedAt, server, window, Causes.Merge(results, window.Relations));
            }
        }
        catch (Exception error) when (error is not OperationCanceledException && DriverErrors.Covers(error))
        {
            throw DriverErrors.Translate(error);
        }
    }

    private List<AuditCheck> Chosen() => [.. options.Checks.Where(check =>
        (options.Only.Count == 0 || options.Only.Contains(check.Id, StringComparer.OrdinalIgnoreCase))
            && !options.Ignore.Contains(check.Id, StringComparer.OrdinalIgnoreCase)
        && !(options.DatabaseOnly && check.IsAboutServer))];
}
