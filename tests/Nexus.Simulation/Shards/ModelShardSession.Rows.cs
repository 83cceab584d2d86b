using Nexus.Sharding;
using Nexus.Sqlite;

namespace Nexus.Simulation;

/// <summary>The rows that a move copies, in the model.</summary>
internal sealed partial class ModelShardSession
{
    private Snapshot? _snapshot;

    /// <summary>Rows that the transaction has copied in, by table and key.</summary>
    private Dictionary<string, Dictionary<string, ModelRow>>? _copies;

    public IReadOnlyList<MovedTable> Tables => ModelRows.Tables;

    public Task<string> FindColumnsAsync(int shard, MovedTable table, CancellationToken cancellationToken) =>
        CallAsync("find columns", _ => Task.FromResult(ModelRows.ColumnsOf(table)), cancellationToken);

    /// <summary>The model has no partitions.</summary>
    public Task<IReadOnlyList<string>> FindMonthsAsync(int shard, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task AddMonthAsync(int shard, string month, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>So large that a move of half a shard has two groups.</summary>
    public Task<long> MeasureAsync(int shard, CancellationToken cancellationToken) =>
        CallAsync("measure", _ => Task.FromResult(32L * 1024 * 1024), cancellationToken);

    public Task AddTriggersAsync(int shard, CancellationToken cancellationToken) =>
        DoAsync("add triggers", fact: own => own.HasTriggers = true, cancellationToken: cancellationToken);

    public Task<bool> HasTriggersAsync(int shard) => CallAsync("find triggers", server => Task.FromResult(server.Shard!.HasTriggers));

    public Task RemoveTriggersAsync(int shard) => DoAsync("remove triggers", fact: own => own.HasTriggers = false);

    public Task BeginNotingAsync(int shard, ShardMove move, CancellationToken cancellationToken) => DoAsync("begin noting", fact: own =>
    {
        own.Leaving = move;
        own.Notes.Clear();
    }, cancellationToken: cancellationToken);

    public Task<Guid?> FindNotingAsync(int shard) => CallAsync("find noting", server => Task.FromResult(server.Shard!.Leaving?.Id));

    public Task EndNotingAsync(int shard, Guid? onlyOf = null) => DoAsync("end noting", fact: own =>
    {
        if (onlyOf is null || own.Leaving?.Id == onlyOf) own.Leaving = null;
    });

    public Task<long> CountNotesAsync(int shard, ShardMove move, CancellationToken cancellationToken) =>
        CallAsync("count notes", server => Task.FromResult(server.Shard!.Notes.LongCount(note => note.Move == move.Id)), cancellationToken);

    public Task<IReadOnlyList<(MovedTable Table, MovedKeys Keys)>> ReadNotesAsync(int shard, ShardMove move, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<(MovedTable Table, MovedKeys Keys)>>("read notes", async server =>
        {
            var snapshot = await LookAsync(server).ConfigureAwait(false);
            return [.. Tables.Select(table => (table, KeysOf(snapshot.NotesOf(move, table)))).Where(noted => noted.Item2.Count > 0)];
        }, cancellationToken);

    public Task RemoveNotesAsync(int shard, ShardMove move, CancellationToken cancellationToken)
    {
        var last = parts.KeepsLaterNotes ? _snapshot?.LastNote ?? long.MaxValue : long.MaxValue;
        return DoAsync("remove notes", fact: own => own.Notes.RemoveAll(note => note.Move == move.Id && note.Number <= last),
            cancellationToken: cancellationToken);
    }

    public Task RemoveAllNotesAsync(int shard) => DoAsync("remove all notes", fact: own => own.Notes.Clear());

    public async Task CopyAsync(
        ShardMove move, MovedTable table, string columns, bool onlyNoted, IShardSession target, CancellationToken cancellationToken)
    {
        var rows = await CallAsync($"copy {table.Name} out", async server =>
        {
            var snapshot = await LookAsync(server).ConfigureAwait(false);
            var noted = onlyNoted ? snapshot.NotesOf(move, table).ToHashSet(StringComparer.Ordinal) : null;
            return snapshot.RowsOf(table).Where(row => noted?.Contains(row.Key) ?? move.Buckets.Contains(BucketOf(table, row.Key))).ToList();
        }, cancellationToken).ConfigureAwait(false);
        await ((ModelShardSession)target).CopyInAsync(table, rows, cancellationToken).ConfigureAwait(false);
    }

    public Task<(long Rows, string Sum)> SumAsync(
        int shard, MovedTable table, string columns, BucketSet buckets, CancellationToken cancellationToken) =>
        CallAsync($"sum {table.Name}", async server => ModelRows.Sum(
            (await RowsAsync(server, table).ConfigureAwait(false)).Where(row => buckets.Contains(BucketOf(table, row.Key)))), cancellationToken);

    public Task<(long Rows, string Sum)> SumAsync(int shard, MovedTable table, string columns, MovedKeys keys)
    {
        var wanted = keys.Texts.ToHashSet(StringComparer.Ordinal);
        return CallAsync($"sum some {table.Name}", async server => ModelRows.Sum(
            (await RowsAsync(server, table).ConfigureAwait(false)).Where(row => wanted.Contains(row.Key))));
    }

    public Task<MovedKeys> FindKeysAsync(int shard, MovedTable table, BucketSet buckets, CancellationToken cancellationToken) =>
        CallAsync($"find keys of {table.Name}", async server => KeysOf(
            (await RowsAsync(server, table).ConfigureAwait(false)).Select(row => row.Key).Where(key => buckets.Contains(BucketOf(table, key)))),
            cancellationToken);

    public Task RemoveAsync(int shard, MovedTable table, MovedKeys keys, CancellationToken cancellationToken)
    {
        var removed = keys.Texts.Distinct(StringComparer.Ordinal).ToList();
        if (_copies is null)
            return DoAsync($"remove {table.Name}", row: connection => removed.ForEach(key => ModelRows.Delete(connection, table, key)),
                cancellationToken: cancellationToken);
        return CallAsync($"remove copies of {table.Name}", _ =>
        {
            if (_copies.TryGetValue(table.Name, out var copies)) removed.ForEach(key => copies.Remove(key));
            return Task.FromResult(true);
        }, cancellationToken);
    }

    public Task RemoveAsync(int shard, MovedTable table, BucketSet buckets) => DoAsync($"remove buckets of {table.Name}", row: connection =>
    {
        if (!parts.RemovesBuckets) return;
        foreach (var row in ModelRows.Read(connection, table, buckets.Contains)) ModelRows.Delete(connection, table, row.Key);
    });

    private Task CopyInAsync(MovedTable table, List<ModelRow> rows, CancellationToken cancellationToken) =>
        CallAsync($"copy {table.Name} in", async server =>
        {
            _copies ??= new Dictionary<string, Dictionary<string, ModelRow>>(StringComparer.Ordinal);
            if (!_copies.TryGetValue(table.Name, out var copies)) _copies.Add(table.Name, copies = new(StringComparer.Ordinal));
            var present = (await ReadAsync(server, table).ConfigureAwait(false)).Select(row => row.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var row in rows)
            {
                if (present.Contains(row.Key) || !copies.TryAdd(row.Key, row)) throw ModelErrors.UniqueViolation();
            }
            return true;
        }, cancellationToken);

    /// <summary>What the commit does to the records.</summary>
    private List<Action<SqliteSession>> TakeRows()
    {
        List<Action<SqliteSession>> all = [.. _rows];
        foreach (var table in Tables)
        {
            if (_copies?.GetValueOrDefault(table.Name) is not { } copies) continue;
            all.Add(connection =>
            {
                foreach (var row in copies.Values) ModelRows.Insert(connection, table, row);
            });
        }
        return all;
    }

    /// <summary>As the transaction sees them.</summary>
    private async Task<List<ModelRow>> RowsAsync(ModelServer server, MovedTable table)
    {
        if (_isSnapshot && _transaction is not null) return (await LookAsync(server).ConfigureAwait(false)).RowsOf(table);
        var rows = await ReadAsync(server, table).ConfigureAwait(false);
        if (_copies?.GetValueOrDefault(table.Name) is { } copies) rows.AddRange(copies.Values);
        return rows;
    }

    private static Task<List<ModelRow>> ReadAsync(ModelServer server, MovedTable table) =>
        server.Records.ReadAsync(connection => ModelRows.Read(connection, table, _ => true), CancellationToken.None);

    /// <summary>The snapshot of the transaction, which its first statement takes.</summary>
    private async Task<Snapshot> LookAsync(ModelServer server)
    {
        if (_snapshot is not null) return _snapshot;
        var rows = new Dictionary<string, List<ModelRow>>(StringComparer.Ordinal);
        foreach (var table in Tables) rows.Add(table.Name, await ReadAsync(server, table).ConfigureAwait(false));
        return _snapshot = new Snapshot(rows, [.. server.Shard!.Notes], server.Shard.LastNote);
    }

    private static int BucketOf(MovedTable table, string key) =>
        ModelRows.BucketOf(new Engine.WriteKey(Stores.RecordTables.Find(table.Name)!, key)) ?? -1;

    private static MovedKeys KeysOf(IEnumerable<string> keys)
    {
        var all = new MovedKeys();
        foreach (var key in keys) all.Add(key, null, null);
        return all;
    }

    private sealed record Snapshot(Dictionary<string, List<ModelRow>> Rows, IReadOnlyList<LeavingNote> Notes, long LastNote)
    {
        public List<ModelRow> RowsOf(MovedTable table) => Rows[table.Name];

        public IEnumerable<string> NotesOf(ShardMove move, MovedTable table) =>
            Notes.Where(note => note.Move == move.Id && note.Table == table.Name).Select(note => note.Key).Distinct(StringComparer.Ordinal);
    }
}
