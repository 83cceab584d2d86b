using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>The notes of changed rows on the shard that buckets leave.</summary>
internal static class LeavingRows
{
    /// <summary>How long a lock is waited for, and with it how long writers wait behind this. In milliseconds.</summary>
    public const int LockTimeout = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(5);

    /// <summary>Has every change of a row of the buckets noted from now on. Waits for the transactions that have begun.</summary>
    /// <param name="connection">To the source.</param>
    /// <param name="schema">Its schema, quoted.</param>
    /// <param name="name">The same as text.</param>
    /// <param name="move">What leaves.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task BeginAsync(
        NpgsqlConnection connection, string schema, string name, ShardMove move, TimeProvider clock, CancellationToken cancellationToken) =>
        LockRetry.RunAsync(async () =>
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var end = transaction.ConfigureAwait(false);
            await connection.ExecuteAsync($"SET LOCAL lock_timeout = {LockTimeout}", cancellationToken).ConfigureAwait(false);
            if (!await connection.ScalarAsync<bool>(MovedTable.FindTriggers, [name], cancellationToken).ConfigureAwait(false))
            {
                foreach (var table in MovedTable.All)
                    await connection.ExecuteAsync(table.AddTrigger(schema), cancellationToken).ConfigureAwait(false);
            }
            // A transaction that has looked for leaving buckets before is waited for.
            await connection.ExecuteAsync($"LOCK TABLE {schema}.nexus_shard IN ACCESS EXCLUSIVE MODE", cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync($"DELETE FROM {schema}.nexus_leaving", cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync($"DELETE FROM {schema}.nexus_leaving_rows", cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(
                $"INSERT INTO {schema}.nexus_leaving (id, buckets) VALUES ($1, $2::bit(4096))", [move.Id, move.Buckets.ToBits()], cancellationToken)
                .ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }, Patience, clock, cancellationToken);

    /// <summary>
    /// Removes the notes, and the triggers unless somebody reads their tables all the time: one that is left finds nothing to note, and the next move
    /// uses it or removes it.
    /// </summary>
    public static async Task EndAsync(NpgsqlConnection connection, string schema, string name, TimeProvider clock)
    {
        await connection.ExecuteAsync(
            $"DELETE FROM {schema}.nexus_leaving; DELETE FROM {schema}.nexus_leaving_rows", CancellationToken.None).ConfigureAwait(false);
        if (!await connection.ScalarAsync<bool>(MovedTable.FindTriggers, [name], CancellationToken.None).ConfigureAwait(false)) return;
        try
        {
            await LockRetry.RunAsync(async () =>
            {
                var transaction = await connection.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
                await using var end = transaction.ConfigureAwait(false);
                await connection.ExecuteAsync($"SET LOCAL lock_timeout = {LockTimeout}", CancellationToken.None).ConfigureAwait(false);
                foreach (var table in MovedTable.All)
                    await connection.ExecuteAsync(table.DropTrigger(schema), CancellationToken.None).ConfigureAwait(false);
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            }, PatienceAtEnd, clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // As said above.
        }
    }
}
