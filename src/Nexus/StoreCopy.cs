using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Infrastructure;
using Nexus.Sqlite;

namespace Nexus;

/// <summary>Prepares a copy of a store that an earlier version left, so that this one can read it.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class StoreCopy
{
    /// <summary>Brings the schema up to date, as an instance does at its start. With nothing to do it changes nothing.</summary>
    /// <param name="options">The copy. They are changed: they migrate on open and have no fallback.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">The clock of the process.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    /// <exception cref="StoreIncompatibleException">The schema is too new, or a migration failed.</exception>
    public static async Task UpgradeAsync(NexusOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        options.MigrateOnOpen = true;
        options.Fallback = FallbackMode.Off;
        if (options.UsesPostgres)
        {
            var opened = await StoreFactory.OpenAsync(options, loggers, clock, static _ => { }, cancellationToken).ConfigureAwait(false);
            await opened.DisposeAsync().ConfigureAwait(false);
            return;
        }
        var store = new SqliteStore(options.DataFolder, clock, loggers);
        await using var end = store.ConfigureAwait(false);
        await store.OpenAsync(cancellationToken).ConfigureAwait(false);
    }
}
