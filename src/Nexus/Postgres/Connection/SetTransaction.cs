using System.Data;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// Reads on a connection that is not the pool's. Behind a pooler in transaction mode its session has what the role and the database set, such as a
/// time limit of milliseconds, so that they stand in a transaction that sets what Nexus relies on. It is rolled back at the end.
/// </summary>
internal sealed class SetTransaction : IAsyncDisposable
{
    private readonly NpgsqlTransaction? _transaction;

    private SetTransaction(NpgsqlTransaction? transaction) => _transaction = transaction;

    /// <summary>Begins one, or nothing where the session itself has the settings.</summary>
    /// <param name="connection">Open, and in no transaction.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<SetTransaction> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (SessionSettings.AreIn(connection)) return new SetTransaction(null);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        try
        {
            await ApplyAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        return new SetTransaction(transaction);
    }

    /// <summary>The settings for the transaction that the connection has begun, if its session has not got them.</summary>
    /// <param name="connection">In a transaction. The driver sends BEGIN with this statement: the server sees no pause between them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        SessionSettings.AreIn(connection) ? Task.CompletedTask : connection.ExecuteAsync(SessionSettings.SetLocally, cancellationToken);

    /// <summary>Rolls back.</summary>
    public ValueTask DisposeAsync() => _transaction?.DisposeAsync() ?? ValueTask.CompletedTask;
}
