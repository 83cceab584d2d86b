using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Infrastructure;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// Brings a schema up to date from numbered SQL, safely from many processes at once. Why it is our own:
/// docs/decisions/0003-migrations-by-numbered-sql.md.
/// </summary>
/// <param name="dataSource">From <see cref="PostgresDataSource.Create"/>.</param>
/// <param name="schema">The schema that holds the tables; created where it is missing.</param>
/// <param name="logger">Where to log.</param>
/// <param name="clock">Measures waits.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed partial class PostgresMigrator(NpgsqlDataSource dataSource, string schema, ILogger? logger = null, TimeProvider? clock = null)
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>What this program knows.</summary>
    internal MigrationSet Known { get; init; } = MigrationSet.Embedded;

    /// <summary>How long to wait for locks.</summary>
    public MigrationLimits Limits { get; init; } = new();

    /// <summary>The migrations that <see cref="MigrateAsync"/> would apply, in order. Changes nothing.</summary>
    /// <exception cref="StoreIncompatibleException">As for <see cref="MigrateAsync"/>.</exception>
    public Task<IReadOnlyList<Migration>> PlanAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var state = await ReadStateAsync(cancellationToken).ConfigureAwait(false);
        RefuseLegacy(state);
        return (IReadOnlyList<Migration>)Pending(state);
    });

    /// <summary>Applies what is missing. With nothing to do it takes no lock and writes nothing, so it passes on a standby too.</summary>
    /// <exception cref="StoreIncompatibleException">
    /// The server is too old; the schema is too new for this program; a migration was changed after it was applied; the tables are a legacy's; a
    /// statement failed.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The server cannot be reached or written to, or locks were not free in time.</exception>
    /// <exception cref="NexusConfigurationException">The role lacks a privilege.</exception>
    public Task MigrateAsync(IProgress<MigrationStep>? progress, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        if (Pending(await ReadStateAsync(cancellationToken).ConfigureAwait(false)).Count == 0) return true;
        var session = await LockAsync(Known.All[0].ToString(), ifPending: true, progress, cancellationToken).ConfigureAwait(false);
        if (session is null) return true;
        await using var _ = session.ConfigureAwait(false);
        await ApplyPendingAsync(session, progress, cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <summary>Checks that the schema is one that this program can use, without changing anything: for a start that must not migrate.</summary>
    /// <exception cref="StoreIncompatibleException">As for <see cref="MigrateAsync"/>, and when migrations are missing.</exception>
    internal Task VerifyAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var state = await ReadStateAsync(cancellationToken).ConfigureAwait(false);
        RefuseLegacy(state);
        if (Pending(state) is { Count: > 0 } pending)
            throw new StoreIncompatibleException($"schema {schema} lacks {string.Join(", ", pending)}; migrate the database");
        return true;
    });

    /// <summary>Builds the audit's own indexes where they are missing or invalid. The schema must be up to date.</summary>
    public Task CreateAuditIndexesAsync(IProgress<MigrationStep>? progress, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await VerifyAsync(cancellationToken).ConfigureAwait(false);
        var session = await LockAsync(MigrationSet.AuditIndexes.ToString(), ifPending: false, progress, cancellationToken).ConfigureAwait(false);
        await using var _ = session!.ConfigureAwait(false);
        await ApplyAsync(session!, MigrationSet.AuditIndexes, progress, cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <summary>The content of the schema now.</summary>
    public async Task<SchemaState> ReadStateAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var transaction = await SetTransaction.BeginAsync(connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false)) await ServerRequirements.CheckAsync(connection, cancellationToken).ConfigureAwait(false);
        return await SchemaState.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for the right to change the schema.</summary>
    /// <param name="purpose">The purpose, for progress reports.</param>
    /// <param name="ifPending">Gives up with null once no migration is pending.</param>
    /// <param name="progress">Receives who holds the lock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<MigrationSession?> LockAsync(string purpose, bool ifPending, IProgress<MigrationStep>? progress,
        CancellationToken cancellationToken) =>
        MigrationSession.OpenAsync(
            dataSource,
            schema,
            Limits,
            _clock,
            async connection =>
                !ifPending || Pending(await SchemaState.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false)).Count > 0,
            holders =>
            {
                LogWaiting(_logger, purpose, holders);
                progress?.Report(new MigrationStep(MigrationStepKind.Waiting, purpose, holders));
            },
            cancellationToken);

    /// <summary>Applies what is missing with the lock in hand.</summary>
    public async Task ApplyPendingAsync(MigrationSession session, IProgress<MigrationStep>? progress, CancellationToken cancellationToken)
    {
        var state = await SchemaState.ReadAsync(session.Connection, schema, cancellationToken).ConfigureAwait(false);
        RefuseLegacy(state);
        var pending = Pending(state);
        if (pending.Count > 0) await MigrationLedger.CreateAsync(session, schema, cancellationToken).ConfigureAwait(false);
        foreach (var migration in pending) await ApplyAsync(session, migration, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task ApplyAsync(MigrationSession session, Migration migration, IProgress<MigrationStep>? progress,
        CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        progress?.Report(new MigrationStep(MigrationStepKind.Applying, migration.ToString()));
        await RetryAsync(
            session,
            $"migration {migration}",
            () =>
                migration.IsConcurrent
                    ? RunConcurrentlyAsync(session, migration, progress, cancellationToken)
                    : RunInTransactionAsync(session, migration, cancellationToken),
            progress,
            cancellationToken).ConfigureAwait(false);
        LogApplied(_logger, migration.ToString(), schema, (long)_clock.GetElapsedTime(started).TotalMilliseconds);
        progress?.Report(new MigrationStep(MigrationStepKind.Applied, migration.ToString()));
    }

    /// <summary>Runs what takes locks again and again until it gets them or the time is up.</summary>
    /// <param name="session">The connection with the lock.</param>
    /// <param name="what">For the error and progress reports.</param>
    /// <param name="run">Undone as a whole, or repeatable, when a lock is not granted.</param>
    /// <param name="progress">Receives who holds the lock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">Says who may hold the locks.</exception>
    public async Task RetryAsync(MigrationSession session, string what, Func<Task> run, IProgress<MigrationStep>? progress,
        CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await run().ConfigureAwait(false);
                return;
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                var holders = await LockHolders.OfTablesAsync(session.Connection, cancellationToken).ConfigureAwait(false);
                if (_clock.GetElapsedTime(started) > Limits.Total)
                    throw new StoreUnavailableException(StoreUnavailableReason.TimedOut,
                        $"{what} did not get its locks within {Limits.Total}; they may be held by {holders}", error);
                LogWaiting(_logger, what, holders);
                progress?.Report(new MigrationStep(MigrationStepKind.Waiting, what, holders));
                await Task.Delay(Limits.Poll * Math.Min(attempt, 20), _clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task RunInTransactionAsync(MigrationSession session, Migration migration, CancellationToken cancellationToken)
    {
        await session.SetLockTimeoutAsync(Limits.Statement, cancellationToken).ConfigureAwait(false);
        var transaction = await session.Connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        for (var i = 0; i < migration.Statements.Count; i++)
            await RunStatementAsync(migration, i, () => session.ExecuteAsync(migration.Statements[i], cancellationToken)).ConfigureAwait(false);
        await MigrationLedger.RecordAsync(session.Connection, migration, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RunConcurrentlyAsync(MigrationSession session, Migration migration, IProgress<MigrationStep>? progress,
        CancellationToken cancellationToken)
    {
        // No session queues behind a concurrent build that waits for older transactions, so it may use the whole time limit.
        await session.SetLockTimeoutAsync(Limits.Total, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < migration.Statements.Count; i++)
        {
            await RunStatementAsync(migration, i, () => ConcurrentIndex.RunAsync(session, migration.Statements[i], OnStep,
                cancellationToken)).ConfigureAwait(false);
        }
        await MigrationLedger.RecordAsync(session.Connection, migration, cancellationToken).ConfigureAwait(false);

        void OnStep(MigrationStepKind kind, string index)
        {
            if (kind == MigrationStepKind.Rebuilding) LogRebuilding(_logger, index);
            progress?.Report(new MigrationStep(kind, migration.ToString(), index));
        }
    }

    /// <summary>An error that the statement itself causes says which one it is.</summary>
    private static async Task RunStatementAsync(Migration migration, int index, Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (PostgresException error) when (PostgresErrors.Translate(error) is StoreRejectedException or StoreIncompatibleException)
        {
            throw new StoreIncompatibleException(
                $"migration {migration} failed at statement {index + 1} of {migration.Statements.Count}: {PostgresErrors.Translate(error).Message}");
        }
    }

    /// <summary>What is missing, after the checks that any use of the schema must pass.</summary>
    private List<Migration> Pending(SchemaState state)
    {
        if (state.MinimumReader > Known.Newest) throw TooOld(schema, state.MinimumReader, Known.Newest);
        foreach (var migration in Known.All)
        {
            if (state.Applied.TryGetValue(migration.Number, out var applied) && applied != AppliedMigration.Of(migration))
            {
                throw new StoreIncompatibleException(
                    $"migration {migration} is not the one that was applied to schema {schema} ({migration.Number:0000}_{applied.Name}, checksum "
                        + $"{applied.Checksum}): a released migration must not change; restore the file or use the version of Nexus that applied it");
            }
        }
        var newest = state.Applied.Keys.DefaultIfEmpty(0).Max();
        var pending = Known.All.Where(migration => !state.Applied.ContainsKey(migration.Number)).ToList();
        return pending.Find(migration => migration.Number < newest) is { } gap
            ? throw new StoreIncompatibleException($"schema {schema} has migration {newest:0000} but not {gap}: nexus_meta was changed by hand")
            : pending;
    }

    /// <summary>The schema demands a program that knows more migrations.</summary>
    internal static StoreIncompatibleException TooOld(string schema, int minimumReader, int known) => new(
        $"schema {schema} needs a newer Nexus: it requires migration {minimumReader:0000}, and this version knows migrations up to {known:0000}");

    private void RefuseLegacy(SchemaState state)
    {
        if (!state.IsLegacy) return;
        throw new StoreIncompatibleException(
            $"schema {schema} contains tables that Nexus did not create ({string.Join(", ", state.StateTables)}); migrate the database to adopt it "
                + "if it is a legacy one, or name another NexusOptions.Schema");
    }

    private Task<T> GuardAsync<T>(Func<Task<T>> run) => GuardAsync(schema, _ => run(), CancellationToken.None);

    /// <summary>Errors as callers know them, with the grant that a role lacks.</summary>
    public static async Task<T> GuardAsync<T>(string schema, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new NexusConfigurationException(
                DatabaseUrl.Setting,
                $"the role may not change the schema ({ClientText.Path(error.MessageText)}); connect as the owner of the tables, or GRANT USAGE, "
                    + $"CREATE ON SCHEMA {SqlIdentifier.Quote(schema)} TO the role",
                error);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    [LoggerMessage(EventId = 1300, Level = LogLevel.Information, Message = "Migration {Migration} applied to schema {Schema} in {Milliseconds} ms")]
    private static partial void LogApplied(ILogger logger, string migration, string schema, long milliseconds);

    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "{What} waits for a lock that may be held by {Holders}")]
    private static partial void LogWaiting(ILogger logger, string what, string holders);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Warning, Message = "Index {Index} was left invalid by an interrupted build and is being rebuilt")]
    private static partial void LogRebuilding(ILogger logger, string index);
}
