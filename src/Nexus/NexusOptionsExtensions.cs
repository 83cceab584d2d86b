using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Failover;
using Nexus.Infrastructure;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Sharding;

namespace Nexus;

/// <summary>The options of the components, which do not know <see cref="NexusOptions"/>.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class NexusOptionsExtensions
{
    /// <summary>The options of the PostgreSQL store.</summary>
    /// <exception cref="Errors.NexusConfigurationException">An option is invalid.</exception>
    public static PostgresOptions ForPostgres(this NexusOptions options)
    {
        options.Validate();
        return new PostgresOptions
        {
            Database = options.Database,
            DirectDatabase = options.DirectDatabase,
            Fence = options.Fence,
            Schema = options.Schema,
            MinPoolSize = options.MinPoolSize,
            MaxPoolSize = options.MaxPoolSize,
            ConnectTimeout = options.ConnectTimeout,
            CommandTimeout = options.CommandTimeout,
            MigrateOnOpen = options.MigrateOnOpen,
            Writers = options.Writers,
            AnnouncesAfterCommit = options.AnnouncesAfterCommit,
            InstanceMode = FallbackModes.NameOf(options.Fallback),
            IsOnlyWriter = options.Fallback == FallbackMode.ReadWrite,
        };
    }

    internal static ShardedOptions ForShards(this NexusOptions options) =>
        new(options.ForPostgres(), options.ShardDatabases?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [],
            options.TwoPhaseBatches, options.Fallback == FallbackMode.Off ? null : options.ForFailover());

    internal static FailoverOptions ForFailover(this NexusOptions options) =>
        new(
            options.ForPostgres(), options.DataFolder, options.Fallback, options.FallbackAfter, options.FallbackWithoutCopy, options.FallbackCopy,
            options.OutboxBytes);

    /// <inheritdoc cref="EncryptionKeys.LoadAsync"/>
    public static Task<KeyRing> LoadKeysAsync(this NexusOptions options, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        EncryptionKeys.LoadAsync(options.Keys, options.EncryptionKey, options.UsesPostgres ? null : options.DataFolder, loggers, cancellationToken);
}
