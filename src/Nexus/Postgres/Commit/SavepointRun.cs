using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// A batch in an open transaction in small parts, each under a savepoint of its own. A part that the server refuses is undone and taken again write by
/// write, so that what is refused fails alone and its neighbours need no third try.
/// </summary>
/// <param name="batch">The writes.</param>
/// <param name="connection">In the transaction.</param>
/// <param name="explain">The error of a write that the server refused.</param>
internal sealed class SavepointRun(PostgresBatch batch, NpgsqlConnection connection, Func<Write, PostgresException, NexusException> explain)
{
    /// <summary>About the square root of a batch, which makes the least of what is sent: all parts, and the writes of one.</summary>
    private const int PartSize = 16;

    /// <summary>Parts in a round trip.</summary>
    private const int AtOnce = 64;

    /// <summary>What follows a refusal in its round trip is not run: where many are refused, little is sent in vain.</summary>
    private const int AtOnceAfterRefusal = 8;

    /// <summary>
    /// Writes of one table that may each wait for a lock in vain, or find it missing or its disk full. After that the table is taken for the cause, and
    /// its other writes are refused without being tried: each would wait as long.
    /// </summary>
    private const int MaxRefusalsOfTable = 3;

    /// <summary>Only what waits longest is given up, not the connection, so that its neighbours do not have to wait for the command's timeout.</summary>
    private const string BoundWait = "SELECT pg_catalog.set_config('lock_timeout', '2s', true) WHERE pg_catalog.current_setting('lock_timeout') = '0'";

    private const string Begin = "SAVEPOINT nexus_part";

    /// <summary>Returns a row, so that the results tell the end of a part, where a trigger may still refuse it, from the beginning of the next.</summary>
    private const string Mark = "SELECT 1";

    private const string End = "RELEASE SAVEPOINT nexus_part";
    private const string Undo = "ROLLBACK TO SAVEPOINT nexus_part";

    private readonly WriteOutcome?[] _outcomes = new WriteOutcome?[batch.Count];
    private readonly Dictionary<RecordTable, int> _refusalsOfTable = [];
    private readonly Stack<BatchStep> _parts = new(batch.Steps(PartSize).Reverse());

    /// <exception cref="PostgresException">Among others, a refusal after which the driver gives the connection up: nothing was written.</exception>
    /// <returns>The outcome of each write that changed its record or was refused; null for the others.</returns>
    public async Task<WriteOutcome?[]> ExecuteAsync()
    {
        // What an operator has deferred would be refused at the commit, for all of them.
        await RunAsync(new NpgsqlBatchCommand("SET CONSTRAINTS ALL IMMEDIATE"), new NpgsqlBatchCommand(BoundWait)).ConfigureAwait(false);
        for (var atOnce = AtOnce; _parts.Count > 0;)
        {
            var parts = new List<BatchStep>();
            while (parts.Count < atOnce && _parts.TryPop(out var part)) parts.Add(part);
            var (done, refusal) = await SendAsync(parts).ConfigureAwait(false);
            atOnce = Math.Min(atOnce * 2, AtOnce);
            if (refusal is null) continue;
            await RunAsync(new NpgsqlBatchCommand(Undo), new NpgsqlBatchCommand(End)).ConfigureAwait(false);
            for (var left = parts.Count - 1; left > done; left--) _parts.Push(parts[left]);
            Refuse(parts[done], refusal);
            atOnce = AtOnceAfterRefusal;
        }
        if (Array.Exists(_outcomes, outcome => outcome is { IsApplied: true })) await RunAsync(batch.Note()).ConfigureAwait(false);
        return _outcomes;
    }

    /// <returns>How many were done, and why the next one was refused.</returns>
    private async Task<(int Done, PostgresException? Refusal)> SendAsync(List<BatchStep> parts)
    {
        using var commands = new NpgsqlBatch(connection);
        foreach (var part in parts)
        {
            commands.BatchCommands.Add(new NpgsqlBatchCommand(Begin));
            commands.BatchCommands.Add(batch.ToCommand(part));
            commands.BatchCommands.Add(new NpgsqlBatchCommand(Mark));
            commands.BatchCommands.Add(new NpgsqlBatchCommand(End));
        }
        var done = 0;
        try
        {
            await BatchReader.ReadAsync(commands, async reader =>
            {
                while (done < parts.Count)
                {
                    await batch.ReadAsync(reader, parts[done], _outcomes).ConfigureAwait(false);
                    await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
                    done++;
                    await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
            return (done, null);
        }
        catch (PostgresException error) when ((PostgresWriter.IsAboutARow(error) || PostgresWriter.IsOfSomeTable(error)) && !ServerErrors.EndsConnection(error))
        {
            return (done, error);
        }
    }

    private void Refuse(BatchStep part, PostgresException refusal)
    {
        // Where rows cannot be held beforehand, each is still taken by its own write.
        if (part.Statement is null) return;
        if (part.Members is [var only])
        {
            _outcomes[only] = WriteOutcome.Failed(explain(batch[only], refusal));
            if (IsOfTable(refusal)) RefuseTable(part.Statement.Table, refusal);
            return;
        }
        foreach (var write in part.Split(1).Reverse())
        {
            _outcomes[write.Members[0]] = null;
            _parts.Push(write);
        }
    }

    /// <summary>What each write to the table would meet: a lock, a missing table or column, a privilege, a full disk, the limit of time.</summary>
    private static bool IsOfTable(PostgresException error) => !ServerErrors.IsInsideFunction(error) && !ServerErrors.IsRowPolicy(error)
        && error.SqlState is (PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DiskFull or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction);

    private void RefuseTable(RecordTable table, PostgresException refusal)
    {
        var refusals = _refusalsOfTable[table] = _refusalsOfTable.GetValueOrDefault(table) + 1;
        if (refusals < MaxRefusalsOfTable) return;
        var others = _parts.ToList();
        _parts.Clear();
        foreach (var part in Enumerable.Reverse(others))
        {
            if ((part.Statement?.Table ?? part.Table) != table) _parts.Push(part);
            else if (part.Statement is not null) foreach (var member in part.Members) _outcomes[member] = WriteOutcome.Failed(explain(batch[member], refusal));
        }
    }

    private async Task RunAsync(params NpgsqlBatchCommand[] several)
    {
        using var commands = new NpgsqlBatch(connection);
        foreach (var command in several) commands.BatchCommands.Add(command);
        await commands.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
