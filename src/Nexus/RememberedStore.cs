using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus;

/// <summary>
/// Records which store the data folder serves. Without it, a start with a missing <see cref="NexusOptions.Database"/> would serve an empty embedded
/// store, and an outbox could be replayed into another database.
/// </summary>
internal sealed partial class RememberedStore(NexusOptions options, ILoggerFactory loggers, TimeProvider clock)
{
    public const string FileName = "store.json";

    private const string Remedy = "or set NexusOptions.AcceptOtherStore to continue anyway";

    private readonly string _file = Path.Combine(options.DataFolder, FileName);
    private StoreIdentity? _remembered;
    private StoreIdentity? _found;

    /// <summary>Before the store is touched: refuses one of the other kind.</summary>
    /// <exception cref="NexusConfigurationException">The folder serves, or holds, a store of the other kind.</exception>
    public async Task RefuseOtherKindAsync(CancellationToken cancellationToken)
    {
        _remembered = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (options.UsesPostgres)
        {
            if (!options.AcceptOtherStore && _remembered is not { IsEmbedded: false }
                && await CountEmbeddedAsync(cancellationToken).ConfigureAwait(false) is > 0 and var records)
            {
                throw Refusal(
                    $"names PostgreSQL, but the data folder {options.DataFolder} holds an embedded store with {records} records, which PostgreSQL "
                        + "does not have: "
                    + $"export them and import them into the new store, name another data folder, {Remedy}");
            }
            return;
        }
        _found = StoreIdentity.Embedded;
        if (options.AcceptOtherStore) return;
        // SQLite would begin an empty file, and remove the log of the lost one, which may hold its last writes.
        if (_remembered is { IsEmbedded: true } && !File.Exists(Path.Combine(options.DataFolder, SqliteStore.FileName)))
            throw new NexusConfigurationException(SqliteStore.FileName, $"is missing from the data folder {options.DataFolder}, which serves it: put "
                + $"it back with its -wal file, restore a backup, name another NexusOptions.DataFolder, {Remedy} with an empty store");
        if (_remembered is { IsEmbedded: false } postgres)
            throw Refusal($"is not set, but the data folder {options.DataFolder} serves the PostgreSQL database {postgres.Location}: set it, name "
                + $"another data folder, {Remedy} with an embedded store");
        if (_remembered is null && File.Exists(Path.Combine(options.DataFolder, FailoverStore.FileName)))
            throw Refusal($"is not set, but the data folder {options.DataFolder} holds the outbox of a PostgreSQL database: set it, name another "
                + $"data folder, {Remedy} with an embedded store");
    }

    /// <summary>Once PostgreSQL is reached and before anything is changed there: refuses another database or cluster.</summary>
    /// <exception cref="NexusConfigurationException">The folder serves another store.</exception>
    public Task RefuseOtherAsync(StoreIdentity found)
    {
        _found = found;
        if (!options.AcceptOtherStore && _remembered is { IsEmbedded: false } remembered && !remembered.IsSameAs(found))
        {
            throw Refusal(
                $"names another database than the one that the data folder {options.DataFolder} serves: expected {Describe(remembered)}, found "
                    + $"{Describe(found)}. "
                + $"Name the right database, name another data folder, {Remedy}, for example after pg_upgrade or a restore into a new cluster");
        }
        // Dropped and created anew: an empty store would be served, and replace the local replica, which may be the last copy.
        if (!options.AcceptOtherStore && found.IsNew && _remembered is { IsEmbedded: false })
        {
            throw Refusal($"leads to {Describe(found)}, which has no tables of Nexus, although the data folder {options.DataFolder} serves it: "
                + $"restore a backup into it, name another data folder, {Remedy} with an empty store");
        }
        return Task.CompletedTask;
    }

    /// <summary>For a start while PostgreSQL is unavailable: nothing but the address can be compared.</summary>
    /// <exception cref="NexusConfigurationException">The address differs from the recorded one.</exception>
    public void RefuseUnproven(string location)
    {
        if (_found is null && !options.AcceptOtherStore && _remembered is { IsEmbedded: false } remembered && remembered.Location != location)
            throw Refusal($"names {location}, which is unavailable, but the data folder {options.DataFolder} serves {remembered.Location}: name the "
                + $"right database, wait until it is available, {Remedy}");
    }

    /// <summary>Records that the folder serves the store that was found, if any.</summary>
    public async Task RememberAsync(CancellationToken cancellationToken)
    {
        if (_found is not { } found || found == _remembered) return;
        try
        {
            var draft = $"{_file}.{Guid.NewGuid():n}";
            await File.WriteAllBytesAsync(draft, JsonSerializer.SerializeToUtf8Bytes(found, StoreMemoryJson.Default.StoreIdentity),
                cancellationToken).ConfigureAwait(false);
            File.Move(draft, _file, overwrite: true);
            FileNames.Flush(options.DataFolder);
            _remembered = found;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotRemembered(loggers.CreateLogger<RememberedStore>(), error, options.DataFolder);
        }
    }

    private static string Describe(StoreIdentity identity) =>
        $"{identity.Location} (cluster {identity.SystemIdentifier ?? "unknown"}{(identity.Schema is { } schema ? $", schema {schema}" : "")})";

    private static NexusConfigurationException Refusal(string message) => new(nameof(NexusOptions.Database), message);

    private async Task<StoreIdentity?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_file)) return null;
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(_file, cancellationToken).ConfigureAwait(false),
                StoreMemoryJson.Default.StoreIdentity);
        }
        catch (JsonException error)
        {
            throw new NexusConfigurationException(_file, "is damaged: remove it once you know which store the folder serves", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NexusConfigurationException(_file, $"cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Records of an embedded store in the folder. A store that cannot be read may hold some, so it counts as one.</summary>
    private async Task<long> CountEmbeddedAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(options.DataFolder, SqliteStore.FileName))) return 0;
        try
        {
            var store = new SqliteStore(options.DataFolder, clock, loggers, readOnly: true);
            await using (store.ConfigureAwait(false))
            {
                await store.OpenAsync(cancellationToken).ConfigureAwait(false);
                return await store.CountRecordsAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (NexusException)
        {
            return 1;
        }
    }

    [LoggerMessage(1501, LogLevel.Warning,
        "Could not record in the data folder {Folder} which store it serves: a later start with another store will not be detected")]
    private static partial void LogNotRemembered(ILogger logger, Exception error, string folder);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoreIdentity))]
internal sealed partial class StoreMemoryJson : JsonSerializerContext;
