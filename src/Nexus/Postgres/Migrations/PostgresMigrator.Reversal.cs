using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <content>Takes a schema back to an earlier migration, so that an older program can use it.</content>
public sealed partial class PostgresMigrator
{
    /// <summary>Undoes the migrations above a number, the newest first: all of them in one transaction, or none.</summary>
    /// <param name="target">The newest migration that stays, 1 to the newest that this program knows.</param>
    /// <param name="isDryRun">Only looks at whether it is possible. Takes no lock and changes nothing.</param>
    /// <param name="progress">Receives the migrations that are undone.</param>
    /// <param name="cancellationToken">Ends the work; then nothing is undone.</param>
    /// <returns>The migrations that were or would be undone, in that order.</returns>
    /// <exception cref="NexusValidationException">There is no such migration.</exception>
    /// <exception cref="StoreIncompatibleException">
    /// As for <see cref="MigrateAsync"/>; or a migration cannot be undone: the message names it and the reason; or an instance runs on the schema.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The server cannot be reached or written to, or locks were not free in time.</exception>
    /// <exception cref="NexusConfigurationException">The role lacks a privilege.</exception>
    public Task<IReadOnlyList<Migration>> RevertAsync(
        int target, bool isDryRun, IProgress<MigrationStep>? progress, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        if (target < 1 || target > Known.Newest)
            throw new NexusValidationException("to", $"must be the number of a migration, 1 to {Known.Newest}");
        var purpose = $"going back to migration {target:0000}";
        var undone = ToUndo(await ReadStateAsync(cancellationToken).ConfigureAwait(false), target);
        if (undone.Count == 0) return (IReadOnlyList<Migration>)undone;
        if (isDryRun)
        {
            await CheckAsync(undone, target, cancellationToken).ConfigureAwait(false);
            return undone;
        }
        await RefuseWhileInstancesRunAsync(purpose, cancellationToken).ConfigureAwait(false);
        var session = (await LockAsync(purpose, ifPending: false, progress, cancellationToken).ConfigureAwait(false))!;
        await using var _ = session.ConfigureAwait(false);
        // What another process did until the lock was free counts.
        undone = ToUndo(await SchemaState.ReadAsync(session.Connection, schema, cancellationToken).ConfigureAwait(false), target);
        await RetryAsync(session, purpose, () => UndoAsync(session, undone, target, progress, cancellationToken), progress,
            cancellationToken).ConfigureAwait(false);
        foreach (var migration in undone) LogUndone(_logger, migration.ToString(), schema);
        return undone;
    });

    /// <summary>
    /// An instance that runs would go on with statements for what is no longer there, and acknowledge writes that its fallback cannot deliver.
    /// </summary>
    private async Task RefuseWhileInstancesRunAsync(string purpose, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        var count = await HeardInstances.CountAsync(connection, schema, HeardInstances.ShortestWindow, _clock, cancellationToken)
            .ConfigureAwait(false);
        if (count == 0) return;
        throw new StoreIncompatibleException(
            $"{purpose} of schema {schema} was refused, because {(count == 1 ? "an instance runs" : $"{count} instances run")} on it: stop every "
                + "instance first. Nothing was changed");
    }

    /// <summary>The newest first.</summary>
    private List<Migration> ToUndo(SchemaState state, int target)
    {
        RefuseLegacy(state);
        // A migration that was changed or is missing is refused as ever.
        Pending(state);
        var newest = state.Applied.Keys.DefaultIfEmpty(0).Max();
        if (newest > Known.Newest)
            throw new StoreIncompatibleException(
                $"schema {schema} has migration {newest:0000}, and this version of Nexus knows migrations up to {Known.Newest:0000}: use the version "
                    + "that applied it, which knows how to undo it");
        if (newest < target)
            throw new StoreIncompatibleException(
                $"schema {schema} has migrations up to {newest:0000} and cannot go back to {target:0000}; migrate the database to apply what is "
                    + "missing");
        return [.. Known.All.Where(migration => migration.Number > target && migration.Number <= newest).OrderByDescending(one => one.Number)];
    }

    private async Task CheckAsync(List<Migration> undone, int target, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync("SELECT pg_catalog.set_config('search_path', $1, true)", [SqlIdentifier.Quote(schema)], cancellationToken)
            .ConfigureAwait(false);
        foreach (var migration in undone)
        {
            foreach (var check in migration.Reversal.Checks)
                await RefuseAsync(connection, migration, check, target, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task UndoAsync(MigrationSession session, List<Migration> undone, int target, IProgress<MigrationStep>? progress,
        CancellationToken cancellationToken)
    {
        await session.SetLockTimeoutAsync(Limits.Statement, cancellationToken).ConfigureAwait(false);
        var transaction = await session.Connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        foreach (var migration in undone)
        {
            progress?.Report(new MigrationStep(MigrationStepKind.Undoing, migration.ToString()));
            foreach (var statement in migration.Reversal.Statements)
            {
                if (MigrationReversal.IsCheck(statement))
                    await RefuseAsync(session.Connection, migration, statement, target, cancellationToken).ConfigureAwait(false);
                else
                    await RunReversalAsync(migration, () => session.ExecuteAsync(statement, cancellationToken)).ConfigureAwait(false);
            }
        }
        await MigrationLedger.RevertAsync(session.Connection, Known, target, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var migration in undone) progress?.Report(new MigrationStep(MigrationStepKind.Undone, migration.ToString()));
    }

    private async Task RefuseAsync(NpgsqlConnection connection, Migration migration, string check, int target, CancellationToken cancellationToken)
    {
        var reasons = await connection.RowsAsync(check, [], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        if (reasons.Count == 0) return;
        // Programs may use a newer schema that allows it. A database with shards demands more than its migrations do.
        var stored = await connection.ScalarAsync<int>(
            $"SELECT value::int FROM nexus_meta WHERE name = '{SchemaState.MinimumReaderName}'", [], cancellationToken).ConfigureAwait(false);
        var minimum = Math.Max(Known.MinimumReader(migration.Number), stored <= migration.Number ? stored : 0);
        // A migration is never undone if programs from before it cannot read what is stored.
        var oldest = Known.All.Where(one => one.Reversal is { Changes.Count: 0, Checks.Count: > 0 }).Select(one => one.Number)
            .DefaultIfEmpty(1).Max();
        var way = minimum <= target && oldest <= target
            ? $"A Nexus that knows migration {target:0000} can use a schema with migration {migration.Number:0000}: go back to "
                + $"{migration.Number} only"
            : $"The schema can go back to {migration.Number} at most";
        throw new StoreIncompatibleException($"migration {migration} cannot be undone: {ClientText.Path(reasons[0])}. {way}");
    }

    private static async Task RunReversalAsync(Migration migration, Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (PostgresException error) when (PostgresErrors.Translate(error) is StoreRejectedException or StoreIncompatibleException)
        {
            throw new StoreIncompatibleException($"migration {migration} cannot be undone: {PostgresErrors.Translate(error).Message}");
        }
    }

    [LoggerMessage(EventId = 1303, Level = LogLevel.Warning, Message = "Migration {Migration} of schema {Schema} was undone")]
    private static partial void LogUndone(ILogger logger, string migration, string schema);
}
