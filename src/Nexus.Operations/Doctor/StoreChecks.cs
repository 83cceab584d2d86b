using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Operations.Status;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Operations.Doctor;

/// <summary>The store, the keys, the outbox and the running server, as <c>nexus status</c> reads them.</summary>
internal sealed class StoreChecks(DoctorRun run, NexusOptions options, string? adminKey, TimeProvider clock)
{
    /// <summary>What messages about keys name.</summary>
    private static readonly string[] KeySettings = ["NEXUS_KEYS", "ENCRYPTION_KEY", LocalStoreFiles.Key, "nexus_meta/canary"];

    /// <returns>Whether the store is available.</returns>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        var report = await new StatusReader(NullLoggerFactory.Instance, clock).ReadAsync(options, adminKey, cancellationToken).ConfigureAwait(false);
        var isNew = !options.UsesPostgres && IsNew(options.DataFolder);
        if (report.Store is { } store) Describe(store);
        else if (isNew) run.Ok(DoctorChecks.Store, "the embedded store does not exist yet; nexus serve creates it");
        else if (report.Error is { } error && !IsAboutKeys(error))
            run.Add(DoctorChecks.Store, DoctorLevel.Problem, $"{error.Message}{Address(error.Message)}", StoreFixes.Of(error));
        else run.Unknown(DoctorChecks.Store, "the store was not opened, because the keys cannot be used");
        if (!isNew) CheckKeys(report);
        CheckOutbox(report);
        CheckServer(report);
        foreach (var concern in report.Concerns)
        {
            var check = concern.Code == StoreConcern.ChangesNotHeard ? DoctorChecks.Notices : DoctorChecks.Store;
            // ShardChecks asks each shard itself.
            if (concern.Code == StoreConcern.ShardUnavailable) continue;
            run.Warning(check, concern.Message, "Do what the message says; docs/reliability.md has the background.");
        }
        return report.Store is not null;
    }

    /// <summary>The address for a message that does not name it; never the password.</summary>
    private string Address(string message)
    {
        try
        {
            return options.UsesPostgres && DatabaseUrl.Parse(options.Database) is { Host: { } host } address
                && !message.Contains(host, StringComparison.Ordinal) ? $" (at {host}:{address.Port}/{address.Database})" : "";
        }
        catch (NexusConfigurationException)
        {
            return "";
        }
    }

    /// <summary>Without the store and its key nothing was lost. The folder may hold other files, such as the settings of the alerts.</summary>
    private static bool IsNew(string folder) =>
        !File.Exists(Path.Combine(folder, LocalStoreFiles.Store)) && !File.Exists(Path.Combine(folder, LocalStoreFiles.Key));

    private void Describe(StoreStatus store)
    {
        run.Ok(DoctorChecks.Store, $"{store.Kind} {store.ServerVersion} at {store.Location} is available");
        run.Ok(DoctorChecks.Versions, $"schema version {store.SchemaVersion}");
    }

    private void CheckKeys(StatusReport report)
    {
        if (report.Keys.Seals is { } seals && report.Keys.OpenStore is true)
            run.Ok(DoctorChecks.Keys, $"{report.Keys.Ids.Count} key(s); {seals} seals, and the store can be opened with them");
        else if (report.Error is { } error && IsAboutKeys(error))
        {
            run.Problem(
                DoctorChecks.Keys, error.Message,
                "Set encryption.keys (NEXUS_KEYS or NEXUS_KEYS_FILE) to the keys with which the store was sealed; a lost key cannot be replaced.");
        }
        else if (report.Keys.Seals is null)
            run.Unknown(DoctorChecks.Keys, "no key was found, and the store could not be opened to tell whether it needs one");
        else run.Unknown(DoctorChecks.Keys, $"{report.Keys.Ids.Count} key(s); the store could not be opened to compare them");
    }

    private static bool IsAboutKeys(StatusError error) =>
        error.Code == "configuration" && KeySettings.Any(name => error.Message.Contains(name, StringComparison.Ordinal));

    private void CheckOutbox(StatusReport report)
    {
        if (report.Outbox is not { } outbox)
        {
            run.Problem(
                DoctorChecks.Outbox, "the outbox of the data folder cannot be read",
                "Run nexus outbox list for the reason. docs/recovery.md says how to restore a damaged fallback.db.");
        }
        else if (outbox.Conflicts + outbox.Quarantined > 0)
        {
            run.Warning(
                DoctorChecks.Outbox, $"{outbox.Conflicts:N0} conflicts and {outbox.Quarantined:N0} refused writes wait for a decision",
                "nexus outbox list shows them; nexus outbox resolve, retry and discard settle them.");
        }
        else if (outbox.Pending > 0)
        {
            run.Warning(
                DoctorChecks.Outbox, $"{outbox.Pending:N0} acknowledged writes are not in PostgreSQL yet",
                "Start nexus serve on this folder, with the database reachable: it replays them. Do not delete the folder.");
        }
        else run.Ok(DoctorChecks.Outbox, "empty");
    }

    private void CheckServer(StatusReport report)
    {
        if (report.Server is not { } server) run.Ok(DoctorChecks.Server, "no nexus serve runs on the data folder");
        else if (!server.Answers)
        {
            run.Problem(
                DoctorChecks.Server, $"nexus serve (process {server.ProcessId}, {server.Url}) does not respond",
                "If the process runs, look at its log; otherwise it ended without cleaning up: start it again.");
        }
        else if (ReplacedProgram.Of(server.ProcessId) is { } program)
        {
            run.Warning(
                DoctorChecks.Versions, $"nexus serve at {server.Url} (process {server.ProcessId}) still runs the program that {program} was before "
                    + "an upgrade", "Start it again: `systemctl restart nexus`.");
        }
        else if (server.Fallback is { IsLocal: true } fallback)
        {
            run.Problem(
                DoctorChecks.Server, $"nexus serve at {server.Url} has served the local replica since {fallback.Since:u}: {fallback.Message}",
                "Make the database reachable; the server returns to it by itself.");
        }
        else run.Ok(DoctorChecks.Server, $"nexus serve responds at {server.Url} (process {server.ProcessId})");
    }
}
