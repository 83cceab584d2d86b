using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// Brings a PostgreSQL database up to date, from any state: empty, an older version of Nexus, or a legacy database. Safe to run from several
/// processes at once.
/// </summary>
public static class DatabaseMigration
{
    /// <exception cref="NexusConfigurationException">
    /// No database is configured, the keys for an adoption are missing or wrong, or the role lacks a privilege.
    /// </exception>
    /// <exception cref="StoreIncompatibleException">
    /// The server is too old, the schema is too new or changed, or an object prevents the migration; the message names it.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or a lock was not acquired in time.</exception>
    public static async Task<MigrateReport> RunAsync(
        NexusOptions options, MigrateOptions migrate, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!options.UsesPostgres)
            throw new NexusConfigurationException(DatabaseUrl.Setting, "names no database: the embedded store is migrated when it is opened");
        var dataSource = PostgresDataSource.Create(options.ForPostgres(), loggers);
        await using var _ = dataSource.ConfigureAwait(false);
        var migrator = new PostgresMigrator(dataSource, options.Schema, loggers.CreateLogger<PostgresMigrator>(), clock);
        var before = await PostgresMigrator.GuardAsync(options.Schema, migrator.ReadStateAsync, cancellationToken).ConfigureAwait(false);
        var adoption = await AdoptAsync(options, dataSource, migrate, loggers, clock, cancellationToken).ConfigureAwait(false);
        var steps = new MigrationSteps(migrate.Progress);
        if (migrate.DryRun)
        {
            var pending = before.IsLegacy ? MigrationSet.Embedded.All.Skip(1) : await PlanAsync(options, migrator, loggers, clock, cancellationToken)
                .ConfigureAwait(false);
            return new MigrateReport
            {
                DryRun = true,
                Adoption = adoption,
                Migrations = [.. pending.Select(ToItem)],
                AuditIndexes = migrate.AuditIndexes ? MigrationSet.AuditIndexes.Statements : [],
            };
        }

        await migrator.MigrateAsync(steps, cancellationToken).ConfigureAwait(false);
        var indexes = new MigrationSteps(migrate.Progress);
        if (migrate.AuditIndexes) await migrator.CreateAuditIndexesAsync(indexes, cancellationToken).ConfigureAwait(false);
        await OnShardsAsync(options, loggers, clock, async shard =>
        {
            await shard.MigrateAsync(steps, cancellationToken).ConfigureAwait(false);
            if (migrate.AuditIndexes) await shard.CreateAuditIndexesAsync(indexes, cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        HashSet<string> applied = [.. adoption?.Migrations ?? [], .. steps.Applied];
        return new MigrateReport
        {
            Adoption = adoption,
            Migrations = [.. MigrationSet.Embedded.All.Where(migration => applied.Contains(migration.ToString())).Select(ToItem)],
            AuditIndexes = indexes.Indexes,
        };
    }

    /// <summary>Undoes the migrations above a number in the database and in each of its shards, so that an older program can use it.</summary>
    /// <param name="options">The database.</param>
    /// <param name="target">The newest migration that stays.</param>
    /// <param name="migrate">Whether to change nothing, and the progress.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="NexusValidationException">There is no such migration.</exception>
    /// <exception cref="NexusConfigurationException">No database is configured, or the role lacks a privilege.</exception>
    /// <exception cref="StoreIncompatibleException">A migration cannot be undone; the message names it and the reason.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or a lock was not acquired in time.</exception>
    public static async Task<MigrateReport> RevertAsync(
        NexusOptions options, int target, MigrateOptions migrate, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!options.UsesPostgres)
            throw new NexusConfigurationException(DatabaseUrl.Setting,
                "names no database, and the embedded store cannot go back: put back the copy of the data folder from before the upgrade");
        var dataSource = PostgresDataSource.Create(options.ForPostgres(), loggers);
        await using var _ = dataSource.ConfigureAwait(false);
        var home = new PostgresMigrator(dataSource, options.Schema, loggers.CreateLogger<PostgresMigrator>(), clock);
        var steps = new MigrationSteps(migrate.Progress);
        List<Migration> undone = [];
        // The home shard, which has the map, is last: a call that was interrupted finds the others again.
        await OnShardsAsync(options, loggers, clock, async shard =>
            undone.AddRange(await shard.RevertAsync(target, migrate.DryRun, steps, cancellationToken).ConfigureAwait(false)), cancellationToken)
            .ConfigureAwait(false);
        undone.AddRange(await home.RevertAsync(target, migrate.DryRun, steps, cancellationToken).ConfigureAwait(false));
        return new MigrateReport
        {
            DryRun = migrate.DryRun,
            Undone = [.. undone.DistinctBy(migration => migration.Number).OrderByDescending(migration => migration.Number)
                .Select(migration => new MigrationItem(migration.ToString(), migration.UndoStatements))],
        };
    }

    /// <summary>What is missing in the database or in one of its shards.</summary>
    private static async Task<IReadOnlyList<Migration>> PlanAsync(
        NexusOptions options, PostgresMigrator home, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        List<Migration> pending = [.. await home.PlanAsync(cancellationToken).ConfigureAwait(false)];
        await OnShardsAsync(options, loggers, clock, async shard =>
            pending.AddRange(await shard.PlanAsync(cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
        return [.. pending.DistinctBy(migration => migration.Number).OrderBy(migration => migration.Number)];
    }

    /// <summary>Does the same on each shard beside the home shard.</summary>
    private static async Task OnShardsAsync(
        NexusOptions options, ILoggerFactory loggers, TimeProvider clock, Func<PostgresMigrator, Task> work, CancellationToken cancellationToken)
    {
        foreach (var shard in (await ShardedDatabase.ListAsync(options, cancellationToken).ConfigureAwait(false)).Skip(1))
        {
            var source = PostgresDataSource.Create(shard with { MinPoolSize = 0 }, loggers);
            await using var end = source.ConfigureAwait(false);
            await work(new PostgresMigrator(source, shard.Schema, loggers.CreateLogger<PostgresMigrator>(), clock)).ConfigureAwait(false);
        }
    }

    private static async Task<AdoptionReport?> AdoptAsync(
        NexusOptions options, NpgsqlDataSource dataSource, MigrateOptions migrate, ILoggerFactory loggers, TimeProvider clock,
            CancellationToken cancellationToken)
    {
        if (!await LegacyAdoption.IsNeededAsync(dataSource, options.Schema, cancellationToken).ConfigureAwait(false)) return null;
        var sealer = new Sealer(await options.LoadKeysAsync(loggers, cancellationToken).ConfigureAwait(false));
        var adoption = new AdoptionOptions
        {
            DryRun = migrate.DryRun,
            LegacyTimeZone = migrate.LegacyTimeZone,
            KeepUnreadable = migrate.KeepUnreadable,
            Progress = migrate.Progress,
        };
        return await new LegacyAdoption(options, dataSource, sealer, adoption, loggers.CreateLogger<LegacyAdoption>(), clock)
            .RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private static MigrationItem ToItem(Migration migration) => new(migration.ToString(), migration.Statements);
}
