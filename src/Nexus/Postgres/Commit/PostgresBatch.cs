using System.Diagnostics;
using Nexus.Engine;
using Nexus.Stores;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>
/// Writes as the statements of one transaction, sent in one round trip: set-based, tables in the order of <see cref="RecordTable.LockOrder"/>, rows
/// in key order.
/// </summary>
internal sealed class PostgresBatch
{
    private readonly Write[] _writes;
    private readonly Statement[] _statements;
    private readonly WriteKey[] _keys;
    private readonly List<BatchStep> _steps = [];
    private readonly ChangeNotice _notice;
    private readonly ShardGuard? _guard;
    private readonly Dictionary<WriteKey, (IStateRow? Before, IStateRow? After)>? _images;

    /// <param name="writes">At most one write a record.</param>
    /// <param name="notice">Creates the notice to other instances.</param>
    /// <param name="guard">On one of several shards: makes the shard check the buckets.</param>
    public PostgresBatch(Write[] writes, ChangeNotice notice, ShardGuard? guard = null)
    {
        (_writes, _notice, _guard) = (writes, notice, guard);
        HasAuthors = Array.Exists(writes, static write => write.Author is not null);
        if (HasAuthors) _images = [];
        _statements = Array.ConvertAll(writes, Statements.For);
        _keys = Array.ConvertAll(writes, write => write.Key);
        if (writes.Length == 1) _steps.Add(new BatchStep(_statements[0], [0]));
        else Arrange();
    }

    /// <summary>The batch's row in the commit ledger.</summary>
    public Guid Id { get; } = UuidV7.New();

    public int Count => _writes.Length;

    /// <summary>The records of its writes.</summary>
    public IReadOnlyList<WriteKey> Keys => _keys;

    /// <summary>Whether it is announced after its commit, so that it announces itself only if it takes long.</summary>
    public bool IsNoticeDeferred { get; set; }

    /// <summary>Whether its transaction sends no notice, as one that is prepared.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Whether some of its changes get an entry in the history of changes, for which their records are read before and after.</summary>
    public bool HasAuthors { get; }

    /// <summary>A record before and after the change of its write, which has an author.</summary>
    public (IStateRow? Before, IStateRow? After) ImagesOf(WriteKey key) => _images?.GetValueOrDefault(key) ?? default;

    public Write this[int n] => _writes[n];

    public WriteKey KeyOf(int n) => _keys[n];

    public Statement StatementOf(int n) => _statements[n];

    /// <summary>Whether all its statements do this.</summary>
    public bool All(StatementKind effect) => _steps.TrueForAll(step => step.Statement?.StatementKind == effect);

    /// <summary>The writes in the order in which they must reach the server, so that two batches never wait for each other.</summary>
    public Write[] InOrder() => [.. _steps.SelectMany(step => step.Members, (_, member) => _writes[member])];

    /// <summary>Its steps, in their order, none for more than so many writes.</summary>
    public IEnumerable<BatchStep> Steps(int maxWrites) => _steps.SelectMany(step => step.Split(maxWrites));

    /// <summary>Its last statements, which enter it in the ledger and tell other instances.</summary>
    public NpgsqlBatchCommand[] Notes() =>
    [
        Qualify(CommitLedger.ToCommand(Id, _guard is null ? null : ShardGuard.BucketsOf(_writes))),
        .. IsSilent ? [] : new[] { ToNotice() },
    ];

    private NpgsqlBatchCommand ToNotice() =>
        ChangeNotifier.ToCommand(_notice.Plain(Array.ConvertAll(_keys, static key => new StateChange(key.Table.Name, key.Id))), IsNoticeDeferred);

    /// <summary>
    /// Sends the statements after those that <paramref name="commands"/> hold, which it disposes of. Unless the connection is in a transaction they
    /// are one by themselves, committed when this returns.
    /// </summary>
    /// <returns>The outcome of each write that changed its record; null for the others.</returns>
    public async Task<WriteOutcome?[]> SendAsync(NpgsqlBatch commands)
    {
        using var sent = commands;
        foreach (var step in _steps) AddTo(commands, step);
        foreach (var note in Notes()) commands.BatchCommands.Add(note);

        // Once sent, a batch is not given up: its outcome counts, and the command timeout bounds it.
        var outcomes = new WriteOutcome?[_writes.Length];
        await BatchReader.ReadAsync(commands, async reader =>
        {
            foreach (var step in _steps)
            {
                await ReadAsync(reader, step, outcomes).ConfigureAwait(false);
                await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
            }
            // The end of the results is the server's word that it has committed.
            while (await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false)) continue;
        }).ConfigureAwait(false);
        return outcomes;
    }

    private void Arrange()
    {
        var order = new int[_writes.Length];
        for (var n = 0; n < order.Length; n++) order[n] = n;
        Array.Sort(order, (left, right) => _statements[left].Order != _statements[right].Order
            ? _statements[left].Order.CompareTo(_statements[right].Order)
            : string.CompareOrdinal(_keys[left].Id, _keys[right].Id));

        for (var start = 0; start < order.Length;)
        {
            var statement = _statements[order[start]];
            var end = start + 1;
            while (end < order.Length && _statements[order[end]] == statement && end - start < statement.MaxRows) end++;
            _steps.Add(new BatchStep(statement, order[start..end]));
            start = end;
        }
        HoldRows();
    }

    private void HoldRows()
    {
        foreach (var table in RecordTables.All)
        {
            var taking = _steps.FindAll(step => step.Statement is { TakesRows: true } statement && statement.Table == table);
            if (taking.DistinctBy(step => step.Statement).Count() < 2) continue;
            _steps.Insert(
                _steps.FindIndex(step => step.Statement?.Table == table),
                new BatchStep(null, [.. taking.SelectMany(step => step.Members)], table));
        }
    }

    /// <summary>
    /// Adds the commands of a step. Where some of its writes have an author, their rows are held and read before it, and read again after it.
    /// </summary>
    public void AddTo(NpgsqlBatch commands, BatchStep step)
    {
        if (AuthoredKeys(step) is not { Length: > 0 } keys)
        {
            commands.BatchCommands.Add(ToCommand(step));
            return;
        }
        var table = PostgresTables.Of(step.Statement!.Table);
        commands.BatchCommands.Add(ToLock(table, keys));
        table.AddGet(commands, _notice.Names, keys);
        commands.BatchCommands.Add(ToCommand(step));
        table.AddGet(commands, _notice.Names, keys);
    }

    private string[] AuthoredKeys(BatchStep step) => HasAuthors && step.Statement is not null
        ? [.. step.Members.Where(member => _writes[member].Author is not null).Select(member => _keys[member].Id)]
        : [];

    private NpgsqlBatchCommand ToLock(PostgresTable table, string[] keys) => new(_notice.Names.Qualify(table.LockRows))
    {
        Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text } },
    };

    private NpgsqlBatchCommand ToCommand(BatchStep step)
    {
        if (step.Statement is { } statement)
        {
            if (step.Members is [var only]) return Qualify(statement.ToCommand([_writes[only]]));
            return Qualify(statement.ToCommand(Array.ConvertAll(step.Members, member => _writes[member])));
        }
        return ToLock(PostgresTables.Of(step.Table!), Array.ConvertAll(step.Members, member => _keys[member].Id));
    }

    /// <summary>Fills in the outcomes of the writes that changed their record from what the step has returned.</summary>
    public async Task ReadAsync(NpgsqlDataReader reader, BatchStep step, WriteOutcome?[] outcomes)
    {
        if (step.Statement is null) return;
        var authored = AuthoredKeys(step);
        if (authored.Length > 0)
        {
            await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
            foreach (var key in authored) _images![new WriteKey(step.Statement.Table, key)] = default;
            foreach (var row in await ReadRowsAsync(reader, step.Statement.Table).ConfigureAwait(false)) _images![row.RecordKey] = (row, null);
            await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
        }
        await ReadOutcomesAsync(reader, step, outcomes).ConfigureAwait(false);
        if (authored.Length == 0) return;
        await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var row in await ReadRowsAsync(reader, step.Statement.Table).ConfigureAwait(false))
            _images![row.RecordKey] = (_images.GetValueOrDefault(row.RecordKey).Before, row);
    }

    private static async Task<List<IStateRow>> ReadRowsAsync(NpgsqlDataReader reader, RecordTable table)
    {
        List<IStateRow> rows = [];
        while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false)) rows.Add(PostgresTables.Of(table).ReadRow(reader));
        return rows;
    }

    private async Task ReadOutcomesAsync(NpgsqlDataReader reader, BatchStep step, WriteOutcome?[] outcomes)
    {
        if (step.Members is [var only])
        {
            if (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false)) outcomes[only] = Applied(reader);
            return;
        }
        var next = 0;
        while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var at = Find(step.Members, reader.GetString(0), next);
            Debug.Assert(at >= 0, "a statement returns only keys that it was given");
            if (at < 0) continue;
            outcomes[step.Members[at]] = Applied(reader);
            next = at + 1;
        }
    }

    /// <summary>The place of a key among members, which stand in key order. Rows come back in that order, too, where no plan joins by hash.</summary>
    private int Find(int[] members, string key, int next)
    {
        if (next < members.Length && _keys[members[next]].Id == key) return next;
        var (low, high) = (0, members.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_keys[members[middle]].Id, key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    private NpgsqlBatchCommand Qualify(NpgsqlBatchCommand command)
    {
        command.CommandText = _notice.Names.Qualify(command.CommandText);
        return command;
    }

    private static WriteOutcome Applied(NpgsqlDataReader reader) => WriteOutcome.Applied(reader.GetInt64(1), reader.GetInstant(2));
}

/// <summary>
/// One statement of the transaction: for these writes, in key order, or to hold their rows where there is no <paramref name="Statement"/>.
/// </summary>
internal sealed record BatchStep(Statement? Statement, int[] Members, RecordTable? Table = null)
{
    /// <summary>The same in several statements; rows are held by one.</summary>
    public IEnumerable<BatchStep> Split(int maxWrites) =>
        Statement is null ? [this] : Members.Chunk(maxWrites).Select(members => this with { Members = members });
}
