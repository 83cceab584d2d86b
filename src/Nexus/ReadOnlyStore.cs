using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Infrastructure;
using Nexus.Secrets;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus;

/// <summary>Opens a store for reading: its schema is not changed and no key is created. Another process may be writing.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class ReadOnlyStore
{
    /// <summary>Opens the store of the options. Turns migration and fallback off in the options.</summary>
    /// <param name="options">The store.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">The clock of the process.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="NexusConfigurationException">An option is invalid, or the data folder serves another kind of store.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    /// <exception cref="StoreIncompatibleException">The schema is missing, too old or too new.</exception>
    public static async Task<IReadOnlyStore> OpenAsync(
        NexusOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        options.Validate();
        options.MigrateOnOpen = false;
        options.Fallback = FallbackMode.Off;
        if (!options.UsesPostgres) await new RememberedStore(options, loggers, clock).RefuseOtherKindAsync(cancellationToken).ConfigureAwait(false);
        if (options.UsesPostgres)
            return await StoreFactory.OpenAsync(options, loggers, clock, static _ => { }, cancellationToken).ConfigureAwait(false);
        var store = new SqliteStore(options.DataFolder, clock, loggers, readOnly: true);
        try
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The keys of the options, or the key of the embedded store. Never creates one.</summary>
    /// <exception cref="NexusConfigurationException">A key is missing or invalid.</exception>
    public static async Task<KeyRing> LoadKeysAsync(NexusOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var given = !string.IsNullOrWhiteSpace(options.Keys) || !string.IsNullOrWhiteSpace(options.EncryptionKey);
        if (!given && !options.UsesPostgres && !File.Exists(Path.Combine(options.DataFolder, KeyFile.FileName)))
        {
            throw new NexusConfigurationException(KeyFile.FileName,
                $"is not in {options.DataFolder}: restore it from a backup, or set {nameof(NexusOptions)}.{nameof(NexusOptions.Keys)}");
        }
        return await options.LoadKeysAsync(loggers, cancellationToken).ConfigureAwait(false);
    }
}
