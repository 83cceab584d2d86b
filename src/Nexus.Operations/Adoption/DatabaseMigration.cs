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
            var pending = before.IsLegacy ? MigrationSet.Embedded.All.Skip(1) : await migrator.PlanAsync(cancellationToken).ConfigureAwait(false);
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
        HashSet<string> applied = [.. adoption?.Migrations ?? [], .. steps.Applied];
        return new MigrateReport
        {
            Adoption = adoption,
            Migrations = [.. MigrationSet.Embedded.All.Where(migration => applied.Contains(migration.ToString())).Select(ToItem)],
            AuditIndexes = indexes.Indexes,
        };
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
