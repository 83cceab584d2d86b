using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Which errors a run under savepoints takes for those of single writes; any other error ends the run.</summary>
internal enum SavepointScope
{
    /// <summary>Errors of rows. A table whose rows are all refused is tried to the end: each refusal has its own consequence.</summary>
    Rows,

    /// <summary>Errors of rows and of tables. A table that keeps being refused is given up, so that each caller need not wait for its lock.</summary>
    RowsAndTables,
}

/// <summary>
/// A batch in an open transaction in parts, each under its own savepoint. A part that the server refuses is rolled back and sent again in smaller
/// parts, in the end write by write, so that what is refused fails alone and its neighbours need no further transaction.
/// </summary>
/// <param name="batch">The writes.</param>
/// <param name="connection">In the transaction.</param>
/// <param name="scope">Which errors fail single writes.</param>
/// <param name="explain">The error of a write that the server refused.</param>
internal sealed class SavepointRun(PostgresBatch batch, NpgsqlConnection connection, SavepointScope scope,
    Func<Write, PostgresException, NexusException> explain)
{
    /// <summary>About the square root of a batch, which makes the least of what is sent: all parts, and the writes of one.</summary>
    private const int PartSize = 16;

    /// <summary>Parts in a round trip.</summary>
    private const int AtOnce = 64;

    /// <summary>What follows a refusal in the same round trip is not run, so that little is wasted if many are refused.</summary>
    private const int AtOnceAfterRefusal = 8;

    /// <summary>
    /// The most writes of one table that may wait for a lock without success, or find the table missing or the disk full. After that the table is
    /// considered the cause, and its other writes are refused without being tried: each would wait as long.
    /// </summary>
    private const int MaxRefusalsOfTable = 3;

    /// <summary>
    /// Only what waits longest is given up, not the connection, so that its neighbours do not have to wait for the command's timeout.
    /// </summary>
    private const string BoundWait =
        "SELECT pg_catalog.set_config('lock_timeout', '2s', true) WHERE pg_catalog.current_setting('lock_timeout') = '0'";

    private const string Begin = "SAVEPOINT nexus_part";

    /// <summary>
    /// Returns a row, so that the results tell the end of a part, where a trigger may still refuse it, from the beginning of the next.
    /// </summary>
    private const string Mark = "SELECT 1";

    private const string End = "RELEASE SAVEPOINT nexus_part";
    private const string Undo = "ROLLBACK TO SAVEPOINT nexus_part";

    private readonly WriteOutcome?[] _outcomes = new WriteOutcome?[batch.Count];
    private readonly Dictionary<RecordTable, int> _refusalsOfTable = [];
    private readonly Stack<BatchStep[]> _parts = new();

    /// <param name="startWhole">The batch is one part at first, where most likely none of its writes is refused.</param>
    /// <returns>The outcome of each write that changed its record or was refused; null for the others.</returns>
    /// <exception cref="PostgresException">Among others, a refusal after which the driver gives the connection up: nothing was written.</exception>
    public async Task<WriteOutcome?[]> ExecuteAsync(bool startWhole = false)
    {
        if (startWhole) _parts.Push([.. batch.Steps(int.MaxValue)]);
        else PushSmall();
        // What an operator has deferred would be refused at the commit, for all of them.
        var immediate = new NpgsqlBatchCommand("SET CONSTRAINTS ALL IMMEDIATE");
        await (scope == SavepointScope.Rows ? RunAsync(immediate) : RunAsync(immediate, new NpgsqlBatchCommand(BoundWait))).ConfigureAwait(false);
        for (var atOnce = AtOnce; _parts.Count > 0;)
        {
            var parts = new List<BatchStep[]>();
            while (parts.Count < atOnce && _parts.TryPop(out var part)) parts.Add(part);
            var (done, refusal) = await SendAsync(parts).ConfigureAwait(false);
            atOnce = Math.Min(atOnce * 2, AtOnce);
            if (refusal is null) continue;
            await RunAsync(new NpgsqlBatchCommand(Undo), new NpgsqlBatchCommand(End)).ConfigureAwait(false);
            for (var left = parts.Count - 1; left > done; left--) _parts.Push(parts[left]);
            Refuse(parts[done], refusal);
            atOnce = AtOnceAfterRefusal;
        }
        if (Array.Exists(_outcomes, outcome => outcome is { IsApplied: true })) await RunAsync(batch.Notes()).ConfigureAwait(false);
        return _outcomes;
    }

    /// <returns>How many were done, and why the next one was refused.</returns>
    private async Task<(int Done, PostgresException? Refusal)> SendAsync(List<BatchStep[]> parts)
    {
        using var commands = new NpgsqlBatch(connection);
        foreach (var part in parts)
        {
            commands.BatchCommands.Add(new NpgsqlBatchCommand(Begin));
            foreach (var step in part) batch.AddTo(commands, step);
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
                    foreach (var step in parts[done])
                    {
                        await batch.ReadAsync(reader, step, _outcomes).ConfigureAwait(false);
                        await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
                    }
                    done++;
                    await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
            return (done, null);
        }
        catch (PostgresException error) when (IsOfSomeWrite(error) && !ServerErrors.EndsConnection(error))
        {
            return (done, error);
        }
    }

    private bool IsOfSomeWrite(PostgresException error) => Refusals.MayBeOneRow(error)
        || (scope == SavepointScope.RowsAndTables ? Refusals.MayBeOneTable(error) : error.SqlState == PostgresErrorCodes.QueryCanceled);

    private void PushSmall()
    {
        foreach (var step in batch.Steps(PartSize).Reverse()) _parts.Push([step]);
    }

    private void Refuse(BatchStep[] part, PostgresException refusal)
    {
        if (part is not [var step])
        {
            Array.Clear(_outcomes);
            PushSmall();
            return;
        }
        // Where rows cannot be locked beforehand, each is still locked by its own write.
        if (step.Statement is null) return;
        if (step.Members is [var only])
        {
            _outcomes[only] = WriteOutcome.Failed(explain(batch[only], refusal));
            if (scope == SavepointScope.RowsAndTables && Refusals.ConcernsWholeTable(refusal)) RefuseTable(step.Statement.Table, refusal);
            return;
        }
        foreach (var write in step.Split(1).Reverse())
        {
            _outcomes[write.Members[0]] = null;
            _parts.Push([write]);
        }
    }

    private void RefuseTable(RecordTable table, PostgresException refusal)
    {
        var refusals = _refusalsOfTable[table] = _refusalsOfTable.GetValueOrDefault(table) + 1;
        if (refusals < MaxRefusalsOfTable) return;
        var others = _parts.ToList();
        _parts.Clear();
        foreach (var part in Enumerable.Reverse(others))
        {
            var step = part[0];
            if ((step.Statement?.Table ?? step.Table) != table) _parts.Push(part);
            else if (step.Statement is not null)
            {
                foreach (var member in step.Members) _outcomes[member] = WriteOutcome.Failed(explain(batch[member], refusal));
            }
        }
    }

    private async Task RunAsync(params NpgsqlBatchCommand[] several)
    {
        using var commands = new NpgsqlBatch(connection);
        foreach (var command in several) commands.BatchCommands.Add(command);
        await commands.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
