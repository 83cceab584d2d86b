using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>
/// Gives a new database its shards. Each step can be repeated; the last one, on the home shard, makes the database a sharded one. Until then it is
/// what it was, so an interrupted call is simply repeated.
/// </summary>
/// <param name="options">Where the home shard and the further servers are.</param>
/// <param name="logger">Receives what was done.</param>
/// <param name="clock">Measures waits.</param>
internal sealed partial class ShardSetup(ShardedOptions options, ILogger logger, TimeProvider clock)
{
    private const string HasRecords = """
        SELECT EXISTS (SELECT 1 FROM sessions) OR EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM trades) OR EXISTS (SELECT 1 FROM calibrations)
            OR EXISTS (SELECT 1 FROM keyed_state WHERE id NOT LIKE 'nexus.%')
        """;

    /// <summary>In the order in which writes take them, so that a write in flight ends and none begins.</summary>
    private const string LockState = """
        LOCK TABLE sessions, users, trades, keyed_state, calibrations IN SHARE MODE;
        LOCK TABLE nexus_commits IN ACCESS EXCLUSIVE MODE
        """;

    /// <summary>Rows of earlier commits stay as they are.</summary>
    private const string DemandCheck = """
        ALTER TABLE nexus_commits ADD CONSTRAINT nexus_commits_checked CHECK (committed_at IS NULL OR coalesce(is_checked, false)) NOT VALID
        """;

    private const string SetMinimumReader = """
        INSERT INTO nexus_meta (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = greatest(nexus_meta.value::integer, excluded.value::integer)::text, updated_at = excluded.updated_at
        """;

    private const string AddIdentity = "INSERT INTO nexus_shard (map_id, number, epoch, owned) VALUES ($1, $2, $3, $4::bit(4096))";

    private const string SetShare = "UPDATE nexus_shard SET epoch = $1, owned = $2::bit(4096)";

    private const string AddRow = """
        INSERT INTO nexus_shards (number, map_id, schema_name, server, epoch, owned) VALUES ($1, $2, $3, $4, $5, $6::bit(4096))
        """;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(2);

    /// <param name="shards">How many shards, the home shard counted.</param>
    /// <param name="progress">Receives the number of the shard that was made.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The map.</returns>
    /// <exception cref="NexusValidationException">The number is out of its range.</exception>
    /// <exception cref="NexusConfigurationException">The database holds records of chats, has other shards, or a schema is in use.</exception>
    public async Task<ShardMap> RunAsync(int shards, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        if (shards is < 2 or > ShardMap.MaxShards) throw new NexusValidationException("shards", $"must be 2 to {ShardMap.MaxShards}");
        if (options.Servers.Count >= shards)
            throw new NexusValidationException("shards", $"must be more than the {options.Servers.Count} further servers, each of which has one");
        var home = options.Home.Schema;
        var source = PostgresDataSource.Create(options.Home with { MinPoolSize = 0 }, name: $"{PostgresDataSource.Name}-shards");
        await using var end = source.ConfigureAwait(false);
        var migrator = new PostgresMigrator(source, home, logger, clock);
        await migrator.MigrateAsync(progress: null, cancellationToken).ConfigureAwait(false);
        // Of two calls one waits, and then finds what the other has made.
        var session = (await migrator.LockAsync("shards", ifPending: false, progress: null, cancellationToken).ConfigureAwait(false))!;
        await using var release = session.ConfigureAwait(false);
        return await PostgresMigrator.GuardAsync(home, async token =>
        {
            var found = await PostgresShards.FindAsync(session.Connection, home, token).ConfigureAwait(false);
            var rows = await PlanAsync(session.Connection, found, shards, token).ConfigureAwait(false);
            var map = ShardMap.Of(rows);
            foreach (var shard in rows.Skip(1))
            {
                await MakeAsync(map, shard, isInUse: found is not null, token).ConfigureAwait(false);
                progress?.Report(shard.Number);
            }
            if (found is null)
                await migrator.RetryAsync(session, "the home shard", () => ActivateAsync(session.Connection, rows[0], token), progress: null, token)
                    .ConfigureAwait(false);
            progress?.Report(0);
            return map;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name of a shard's schema.</summary>
    private string SchemaOf(int number)
    {
        var home = options.Home.Schema;
        var schema = number == 0 ? home : $"{(home == "public" ? "nexus" : home)}_s{number:00}";
        return System.Text.Encoding.UTF8.GetByteCount(schema) <= 63 ? schema
            : throw new NexusConfigurationException(nameof(NexusOptions.Schema), "is too long for names of further schemas that begin with it");
    }

    /// <summary>The rows of the map: those that are there, or new ones where none are in use yet.</summary>
    private async Task<List<ShardRow>> PlanAsync(
        NpgsqlConnection connection, ShardIdentity? found, int shards, CancellationToken cancellationToken)
    {
        var rows = await PostgresShards.ReadMapAsync(connection, options.Home.Schema, cancellationToken).ConfigureAwait(false);
        if (found is { Number: > 0 })
            throw new NexusConfigurationException(nameof(NexusOptions.Schema), $"is shard {found.Number} of a sharded database: name its home shard");
        if (found is not null && rows.Count != shards)
            throw new NexusValidationException("shards",
                $"is {shards}, but the database has {rows.Count} shards; export it, and import it into a new database with {shards}");
        if (found is not null) return rows;
        if (await connection.ScalarAsync<bool>(HasRecords, [], cancellationToken).ConfigureAwait(false)) throw HasChats();
        var mapId = rows.Count > 0 ? rows[0].MapId : Guid.NewGuid();
        rows = [.. Enumerable.Range(0, shards).Select(n =>
            new ShardRow(n, mapId, SchemaOf(n), n % (options.Servers.Count + 1), Epoch: 1, ShardMap.EvenShare(n, shards)))];
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync("DELETE FROM nexus_shards", cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
            await connection.ExecuteAsync(AddRow, [row.Number, row.MapId, row.Schema, row.Server, row.Epoch, row.Owned], cancellationToken)
                .ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    /// <summary>Makes the schema of a shard, or finds it as an earlier call has made it.</summary>
    private async Task MakeAsync(ShardMap map, ShardRow shard, bool isInUse, CancellationToken cancellationToken)
    {
        var target = options.Of(map, shard, new ShardGuard(shard));
        var source = PostgresDataSource.Create(target with { MinPoolSize = 0 }, name: $"{PostgresDataSource.Name}-shards");
        await using var end = source.ConfigureAwait(false);
        var migrator = new PostgresMigrator(source, shard.Schema, logger, clock);
        await migrator.MigrateAsync(progress: null, cancellationToken).ConfigureAwait(false);
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        var location = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        var found = await PostgresShards.FindAsync(connection, shard.Schema, cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            await ActivateAsync(connection, shard, cancellationToken).ConfigureAwait(false);
            await CitusSchema.DistributeAsync(connection, shard, cancellationToken).ConfigureAwait(false);
            return;
        }
        PostgresShards.Check(found, target.Shard, shard.Schema, $"{location.Host}:{location.Port}/{location.Database}");
        // An interrupted call may have been for another number of shards.
        if (!isInUse) await connection.ExecuteAsync(SetShare, [shard.Epoch, shard.Owned], cancellationToken).ConfigureAwait(false);
        await CitusSchema.DistributeAsync(connection, shard, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ActivateAsync(NpgsqlConnection connection, ShardRow shard, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync($"SET LOCAL lock_timeout = {(int)LockTimeout.TotalMilliseconds}", cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(LockState, cancellationToken).ConfigureAwait(false);
        if (await connection.ScalarAsync<bool>(HasRecords, [], cancellationToken).ConfigureAwait(false)) throw HasChats();
        await connection.ExecuteAsync(DemandCheck, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(AddIdentity, [shard.MapId, shard.Number, shard.Epoch, shard.Owned], cancellationToken).ConfigureAwait(false);
        await UserNumbers.BeginAsync(connection, shard.Number, cancellationToken).ConfigureAwait(false);
        var reader = MigrationSet.Embedded.All.Single(migration => migration.Name == "shards").Number;
        await connection.ExecuteAsync(
            SetMinimumReader, [SchemaState.MinimumReaderName, reader.ToString(System.Globalization.CultureInfo.InvariantCulture)], cancellationToken)
            .ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NexusConfigurationException HasChats() => new(nameof(NexusOptions.Database),
        "already holds records of chats, so shards cannot be made in it: export them, make the shards in a new database, and import them there");
}
