using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Executes a batch once: what the committer needs of a connection to the server.</summary>
internal interface IBatchExecutor
{
    /// <param name="batch">The writes.</param>
    /// <param name="execution">How its statements reach the server.</param>
    /// <param name="transaction">How its transaction ends.</param>
    /// <param name="cancellationToken">Ends the wait for a connection. A batch that was sent is not given up.</param>
    /// <returns>The outcome of each write that changed its record or was refused; null for the others.</returns>
    /// <exception cref="PostgresException">The server refused the batch; nothing was written.</exception>
    /// <exception cref="ConnectionBrokenException">The connection broke; says whether a commit may have happened.</exception>
    Task<WriteOutcome?[]> ExecuteAsync(PostgresBatch batch, ExecutionMode execution, TransactionMode transaction,
        CancellationToken cancellationToken);
}
