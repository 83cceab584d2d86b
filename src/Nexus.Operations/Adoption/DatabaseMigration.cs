using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>How a database is brought up to date.</summary>
public sealed record MigrateOptions
{
    /// <summary>Says what would happen and changes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Builds the audit's own list of indexes too.</summary>
    public bool AuditIndexes { get; init; }

    /// <summary>As <see cref="AdoptionOptions.LegacyTimeZone"/>.</summary>
    public string? LegacyTimeZone { get; init; }

    /// <summary>As <see cref="AdoptionOptions.KeepUnreadable"/>.</summary>
    public bool KeepUnreadable { get; init; }

    /// <summary>Told what is going on.</summary>
    public IProgress<MigrateProgress>? Progress { get; init; }
}

/// <summary>Brings a PostgreSQL database up to date, whatever it is: empty, an older Nexus's, or a legacy's. Safe to run from many processes at once.</summary>
public static class DatabaseMigration
{
    /// <exception cref="NexusConfigurationException">No database is named; keys are missing or wrong where a legacy is adopted; the role lacks a privilege.</exception>
    /// <exception cref="StoreIncompatibleException">The server is too old, the schema too new or changed, or something stands in the way: says what.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or locks were not free in time.</exception>
    public static async Task<MigrateReport> RunAsync(NexusOptions options, MigrateOptions migrate, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!options.UsesPostgres) throw new NexusConfigurationException(DatabaseUrl.Setting, "names no database; the embedded store brings itself up to date when it is opened");
        var dataSource = PostgresDataSource.Create(options.ForPostgres(), loggers);
        await using var _ = dataSource.ConfigureAwait(false);
        var migrator = new PostgresMigrator(dataSource, options.Schema, loggers.CreateLogger<PostgresMigrator>(), clock);
        var before = await PostgresMigrator.GuardAsync(options.Schema, () => migrator.ReadStateAsync(cancellationToken)).ConfigureAwait(false);
        var adoption = await AdoptAsync(options, dataSource, migrate, loggers, clock, cancellationToken).ConfigureAwait(false);
        var steps = new MigrationSteps(migrate.Progress);
        if (migrate.DryRun)
        {
            var pending = before.IsLegacy ? MigrationSet.Embedded.All.Skip(1) : await migrator.PlanAsync(cancellationToken).ConfigureAwait(false);
            return new MigrateReport { DryRun = true, Adoption = adoption, Migrations = [.. pending.Select(ToItem)], AuditIndexes = migrate.AuditIndexes ? MigrationSet.AuditIndexes.Statements : [] };
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
        NexusOptions options, NpgsqlDataSource dataSource, MigrateOptions migrate, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!await LegacyAdoption.IsNeededAsync(dataSource, options.Schema, cancellationToken).ConfigureAwait(false)) return null;
        var sealer = new Sealer(await options.LoadKeysAsync(loggers, cancellationToken).ConfigureAwait(false));
        var adoption = new AdoptionOptions { DryRun = migrate.DryRun, LegacyTimeZone = migrate.LegacyTimeZone, KeepUnreadable = migrate.KeepUnreadable, Progress = migrate.Progress };
        return await new LegacyAdoption(options, dataSource, sealer, adoption, loggers.CreateLogger<LegacyAdoption>(), clock).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private static MigrationItem ToItem(Migration migration) => new(migration.ToString(), migration.Statements);
}
