using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// Adopts a legacy database in place: the tables are changed to Nexus's schema in one transaction, then secrets are sealed and the trade journal is
/// moved in batches. After an interruption at any point, the next run continues. Once adoption is done, a run only retries what was rejected.
/// </summary>
/// <param name="options">The options, which name the schema.</param>
/// <param name="dataSource">The database.</param>
/// <param name="sealer">Opens legacy tokens and seals values.</param>
/// <param name="adoption">The options of the adoption.</param>
/// <param name="logger">The logger.</param>
/// <param name="clock">Measures waits.</param>
internal sealed partial class LegacyAdoption(
    NexusOptions options, NpgsqlDataSource dataSource, Sealer sealer, AdoptionOptions adoption, ILogger? logger = null, TimeProvider? clock = null)
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly Migration _first = MigrationSet.Embedded.All[0];

    /// <summary>Runs the adoption with its own connection pool.</summary>
    /// <exception cref="StoreIncompatibleException">The tables cannot be adopted; the message names the obstacle. Nothing was changed.</exception>
    /// <exception cref="NexusConfigurationException">
    /// The keys differ from those that sealed before, the time zone is unknown, or the role lacks a privilege.
    /// </exception>
    /// <exception cref="StoreUnavailableException">
    /// The database cannot be reached, or a lock was not acquired in time. Another run continues.
    /// </exception>
    public static async Task<AdoptionReport> RunAsync(
        NexusOptions options, Sealer sealer, AdoptionOptions adoption, CancellationToken cancellationToken)
    {
        var dataSource = PostgresDataSource.Create(options.ForPostgres());
        await using var _ = dataSource.ConfigureAwait(false);
        return await new LegacyAdoption(options, dataSource, sealer, adoption).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the schema contains legacy tables, or an adoption that is not complete.</summary>
    public static Task<bool> IsNeededAsync(NpgsqlDataSource dataSource, string schema, CancellationToken cancellationToken) =>
        PostgresMigrator.GuardAsync(schema, async cancellationToken =>
    {
        var state = await new PostgresMigrator(dataSource, schema).ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (state.IsLegacy) return true;
        if (!state.HasLedger) return false;
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        if (await AdoptionMark.ReadAsync(connection, cancellationToken).ConfigureAwait(false) is not { } mark) return false;
        return mark.Stage != AdoptionStage.Done || mark.Rejects.Count > 0
            || (
                state.StateTables.Contains(JournalMove.Table)
                    && await connection.ScalarAsync<bool>(
                        $"SELECT EXISTS (SELECT FROM {JournalMove.Table})", [], cancellationToken).ConfigureAwait(false))
            || (
                await connection.ScalarAsync<bool>(TaskMove.IsThere, [], cancellationToken).ConfigureAwait(false)
                    && await connection.ScalarAsync<bool>(
                        $"SELECT EXISTS (SELECT FROM {TaskMove.Table})", [], cancellationToken).ConfigureAwait(false));
    }, cancellationToken);

    public Task<AdoptionReport> RunAsync(CancellationToken cancellationToken) =>
        PostgresMigrator.GuardAsync(options.Schema, token => adoption.DryRun ? PlanAsync(token) : AdoptAsync(token), cancellationToken);

    private async Task<AdoptionReport> PlanAsync(CancellationToken cancellationToken)
    {
        var report = new AdoptionReport { DryRun = true };
        var state = await new PostgresMigrator(dataSource, options.Schema).ReadStateAsync(cancellationToken).ConfigureAwait(false);
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await VerifyKeysAsync(connection, cancellationToken).ConfigureAwait(false);
        report.TimeZone = await FindTimeZoneAsync(connection, cancellationToken).ConfigureAwait(false);
        if (state.IsLegacy)
            await new SchemaAdoption(connection, options.Schema, _first, report.TimeZone, report, cancellationToken)
                .PlanAsync().ConfigureAwait(false);
        await AdoptRowsAsync(connection, report, cancellationToken).ConfigureAwait(false);
        await MoveTasksAsync(connection, report, cancellationToken).ConfigureAwait(false);
        await new CalibrationCopy(connection, report, cancellationToken).RunAsync(options.Schema).ConfigureAwait(false);
        return report;
    }

    private async Task<AdoptionReport> AdoptAsync(CancellationToken cancellationToken)
    {
        var report = new AdoptionReport();
        var migrator = new PostgresMigrator(dataSource, options.Schema, _logger, clock);
        var steps = new MigrationSteps(adoption.Progress);
        var session =
            (await migrator.LockAsync("adoption of the legacy tables", ifPending: false, steps, cancellationToken).ConfigureAwait(false))!;
        await using var _ = session.ConfigureAwait(false);
        var connection = session.Connection;
        // Before anything is changed: continuing with other keys would create a database that no key ring can open.
        await VerifyKeysAsync(connection, cancellationToken).ConfigureAwait(false);
        await MigrationLedger.CreateAsync(session, options.Schema, cancellationToken).ConfigureAwait(false);
        report.TimeZone = await FindTimeZoneAsync(connection, cancellationToken).ConfigureAwait(false);

        var state = await SchemaState.ReadAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false);
        if (state.IsLegacy)
        {
            await session.SetLockTimeoutAsync(migrator.Limits.Statement, cancellationToken).ConfigureAwait(false);
            await migrator.RetryAsync(
                session,
                "adoption of the legacy tables",
                () => new SchemaAdoption(connection, options.Schema, _first, report.TimeZone, report, cancellationToken).RunAsync(sealer),
                steps,
                cancellationToken).ConfigureAwait(false);
        }
        await session.SetLockTimeoutAsync(migrator.Limits.Total, cancellationToken).ConfigureAwait(false);
        // Names and amounts in the journal may be too long for the columns of the first migration. Until these are recorded, repeating them changes
        // nothing; afterwards a later migration may have replaced their functions.
        foreach (var migration in new[] { MigrationSet.LongerNames, MigrationSet.WiderAmounts }.Where(one => !state.Applied.ContainsKey(one.Number)))
        {
            foreach (var statement in migration.Statements) await connection.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        }
        await AdoptRowsAsync(connection, report, cancellationToken).ConfigureAwait(false);
        var isFirst = !state.Applied.ContainsKey(_first.Number);
        await FinishAsync(connection, report, isFirst, cancellationToken).ConfigureAwait(false);
        await migrator.ApplyPendingAsync(session, steps, cancellationToken).ConfigureAwait(false);
        await MoveTasksAsync(connection, report, cancellationToken).ConfigureAwait(false);
        // Its table is made by a later migration.
        await new CalibrationCopy(connection, report, cancellationToken).RunAsync(options.Schema).ConfigureAwait(false);
        report.Migrations = isFirst ? [_first.ToString(), .. steps.Applied] : steps.Applied;
        foreach (var change in report.Changes) LogChange(_logger, change.Table, change.What, change.Rows);
        if (report.RejectedCount > 0) LogRejects(_logger, report.RejectedCount);
        return report;
    }

    /// <summary>Verifies the keys with the canary, or with the legacy tokens if there is none.</summary>
    private async Task VerifyKeysAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await AdoptionMark.VerifyCanaryIfThereAsync(connection, sealer, cancellationToken).ConfigureAwait(false) || adoption.KeepUnreadable)
            return;
        await TokenProbe.RefuseForeignKeysAsync(connection, sealer, options.Schema, cancellationToken).ConfigureAwait(false);
    }

    private async Task AdoptRowsAsync(NpgsqlConnection connection, AdoptionReport report, CancellationToken cancellationToken)
    {
        await new SecretAdoption(connection, sealer, report, adoption.Progress, cancellationToken).RunAsync(options.Schema).ConfigureAwait(false);
        await new JournalMove(connection, sealer, report.TimeZone, report, adoption.Progress, cancellationToken)
            .RunAsync(options.Schema).ConfigureAwait(false);
    }

    /// <summary>After the migrations, which create the table of tasks. What stays is tried again by the next run.</summary>
    private Task MoveTasksAsync(NpgsqlConnection connection, AdoptionReport report, CancellationToken cancellationToken) =>
        new TaskMove(connection, sealer, report.TimeZone, report, adoption.Progress, cancellationToken).RunAsync(options.Schema);

    /// <summary>From here on the schema belongs to Nexus and can be opened.</summary>
    private async Task FinishAsync(NpgsqlConnection connection, AdoptionReport report, bool isFirst, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        if (isFirst) await MigrationLedger.RecordAsync(connection, _first, cancellationToken).ConfigureAwait(false);
        await AdoptionMark.WriteAsync(
            connection, new AdoptionMark(AdoptionStage.Done, report.TimeZone, report.Rejects), cancellationToken).ConfigureAwait(false);
        await SealedRejects.WriteAsync(connection, sealer, report.Rejects, cancellationToken).ConfigureAwait(false);
        await AdoptionMark.EndAdoptionAsync(connection, sealer, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The time zone of an interrupted run, of the options, or of the database, which NOW() of the legacy bot used.</summary>
    private async Task<string> FindTimeZoneAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var mark = await AdoptionMark.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        var zone = adoption.LegacyTimeZone ?? mark?.TimeZone ?? await ReadDefaultZoneAsync(cancellationToken).ConfigureAwait(false);
        var isKnown = await connection.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_timezone_names WHERE lower(name) = lower($1))",
            [zone],
            cancellationToken).ConfigureAwait(false);
        if (!isKnown)
            throw new NexusConfigurationException(
                nameof(AdoptionOptions.LegacyTimeZone), "must be a time zone that the server knows, such as Europe/Madrid");
        if (mark is not null && mark.Stage == AdoptionStage.Schema && mark.TimeZone != zone)
            throw new NexusConfigurationException(
                nameof(AdoptionOptions.LegacyTimeZone), $"must be {mark.TimeZone}: an interrupted adoption has read timestamps in that time zone");
        return zone;
    }

    /// <summary>Uses a separate connection, because connections of Nexus always use UTC.</summary>
    private async Task<string> ReadDefaultZoneAsync(CancellationToken cancellationToken)
    {
        var source = PostgresDataSource.Create(options.ForPostgres(), name: $"{PostgresDataSource.Name}-zone", use: ConnectionUse.OwnZone);
        await using var _ = source.ConfigureAwait(false);
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        return (await connection.ScalarAsync<string>("SELECT pg_catalog.current_setting('TimeZone')", [], cancellationToken).ConfigureAwait(false))!;
    }

    [LoggerMessage(EventId = 2000, Level = LogLevel.Information, Message = "Adopted {Table}: {What}, {Rows} rows")]
    private static partial void LogChange(ILogger logger, string table, string what, long rows);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "{Count} legacy values could not be converted and were kept unchanged")]
    private static partial void LogRejects(ILogger logger, long count);
}
