using Nexus.Errors;
using Nexus.Operations.Alerts;
using Nexus.Operations.Backup;
using Nexus.Telemetry;

namespace Nexus.Operations.Doctor;

/// <summary>Examines an installation. Changes nothing, and works if parts of it do not.</summary>
/// <param name="options">The store.</param>
/// <param name="backups">The target of backups.</param>
/// <param name="alertsFile">The settings file of the alerts; null for the one in the data folder.</param>
/// <param name="clock">The clock.</param>
public sealed class Examination(NexusOptions options, BackupOptions backups, string? alertsFile, TimeProvider clock)
{
    /// <summary>The longest wait for the database in seconds; a doctor that hangs helps nobody.</summary>
    private const int Patience = 5;

    private readonly DoctorRun _run = new();

    /// <summary>Runs a check of the caller.</summary>
    /// <param name="check">One of <see cref="DoctorChecks"/>, for a check that fails.</param>
    /// <param name="run">The check.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task CheckAsync(string check, Func<CancellationToken, Task<IReadOnlyList<DoctorFinding>>> run, CancellationToken cancellationToken) =>
        _run.TryAsync(
            check,
            async token =>
            {
                foreach (var found in await run(token).ConfigureAwait(false)) _run.Add(found.Check, found.Level, found.Message, found.Fix);
            },
            cancellationToken);

    /// <summary>Runs all checks.</summary>
    /// <param name="findAdminKey">Finds the admin key, with which the running server is asked.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<DoctorReport> RunAsync(Func<CancellationToken, Task<string?>> findAdminKey, CancellationToken cancellationToken)
    {
        // Reading the store turns it off.
        var fallback = options.Fallback;
        options.ConnectTimeout = TimeSpan.FromSeconds(Patience);
        options.CommandTimeout = TimeSpan.FromSeconds(2 * Patience);
        _run.Ok(DoctorChecks.Versions, $"nexus {NexusTelemetry.Version}, .NET {Environment.Version}");
        await _run.TryAsync(DoctorChecks.Folder, CheckFolderAsync, cancellationToken).ConfigureAwait(false);
        await _run.TryAsync(DoctorChecks.Alerts, CheckAlertsAsync, cancellationToken).ConfigureAwait(false);
        var isAvailable = false;
        await _run.TryAsync(
            DoctorChecks.Store,
            async token => isAvailable = await new StoreChecks(_run, options, await TryFindAsync(findAdminKey, token).ConfigureAwait(false), clock)
                .CheckAsync(token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        int? server = null;
        var shards = new ShardChecks(_run, options);
        if (options.UsesPostgres)
        {
            if (isAvailable)
            {
                await _run.TryAsync(DoctorChecks.Store, shards.CheckAsync, cancellationToken).ConfigureAwait(false);
                var database = new DatabaseChecks(_run, options, shards, clock);
                await _run.TryAsync(DoctorChecks.Store, database.CheckAsync, cancellationToken).ConfigureAwait(false);
                server = database.ServerMajor;
            }
            else
            {
                foreach (var check in new[] { DoctorChecks.Clock, DoctorChecks.Pool, DoctorChecks.Notices })
                    _run.Unknown(check, "not checked, because the store is not available");
            }
        }
        await _run.TryAsync(
            DoctorChecks.Backups,
            token => new BackupChecks(_run, options, backups, clock).CheckAsync(server, shards.AreOnSeveralServers, token), cancellationToken)
            .ConfigureAwait(false);
        return new DoctorReport(_run.Findings);
    }

    private Task CheckFolderAsync(CancellationToken cancellationToken)
    {
        var target = backups.Target is { } given ? given.Contains("://", StringComparison.Ordinal) ? null : given : null;
        return new FolderChecks(_run, options, target).CheckAsync(cancellationToken);
    }

    private async Task CheckAlertsAsync(CancellationToken cancellationToken)
    {
        var file = alertsFile ?? Path.Combine(options.DataFolder, AlertSettingsReader.FileName);
        if (alertsFile is null && !File.Exists(file)) return;
        try
        {
            await AlertSettingsReader.ReadFileAsync(file, clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            _run.Ok(DoctorChecks.Alerts, $"{file} is valid");
        }
        catch (AlertSettingsException error)
        {
            _run.Problem(DoctorChecks.Alerts, $"{file}: {error.Message}", "Correct the file; the server keeps the settings that it read last.");
        }
    }

    private async Task<string?> TryFindAsync(Func<CancellationToken, Task<string?>> find, CancellationToken cancellationToken)
    {
        try
        {
            return await find(cancellationToken).ConfigureAwait(false);
        }
        catch (NexusConfigurationException)
        {
            // The check of the folder reports the file.
            return null;
        }
    }
}
