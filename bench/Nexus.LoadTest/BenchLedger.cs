using Nexus.Chats;
using Nexus.Trades;
using Npgsql;

namespace Nexus.LoadTest;

/// <summary>Records acknowledged writes of each user outside the database, and verifies them at the end.</summary>
internal sealed class BenchLedger
{
    private readonly UserLedger[] _users;

    public BenchLedger(int users) => _users = [.. Enumerable.Range(0, users).Select(_ => new UserLedger())];

    public UserLedger this[int user] => _users[user];

    public long Acknowledged => _users.Sum(user => user.Acknowledged);

    /// <summary>Counts acknowledged writes that are missing from the tables on the search path of the data source.</summary>
    public async Task<long> CountLostAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var lost = 0L;
        var sessions = new Dictionary<string, (int Revision, int Patched)>(StringComparer.Ordinal);
        await foreach (var row in ReadAsync(
                dataSource,
                "SELECT chat_id, (config ->> 'revision')::int, (config ->> 'patched')::int FROM sessions",
                cancellationToken).ConfigureAwait(false))
        {
            sessions[row.GetString(0)] = (row.GetInt32(1), row.GetInt32(2));
        }
        var switches = new Dictionary<string, bool>(StringComparer.Ordinal);
        await foreach (var row in ReadAsync(
                dataSource, "SELECT key, value::boolean FROM bot_state, jsonb_each(enabled_strategies)", cancellationToken).ConfigureAwait(false))
        {
            switches[row.GetString(0)] = row.GetBoolean(1);
        }
        var trades = new HashSet<Guid>();
        var copies = 0L;
        await foreach (var row in ReadAsync(dataSource, "SELECT id FROM trades", cancellationToken).ConfigureAwait(false))
        {
            if (!trades.Add(row.GetGuid(0))) copies++;
        }

        for (var i = 0; i < _users.Length; i++)
        {
            var user = _users[i];
            var (revision, patched) = sessions.GetValueOrDefault(BenchData.ChatId(i), (-1, -1));
            // A write that failed may still have reached the table, so the stored number may be larger than the acknowledged one, never smaller.
            if (revision < user.Revision) lost++;
            if (patched < user.Patched) lost++;
            if (user.Switch is { } enabled && !user.SwitchInDoubt
                    && (!switches.TryGetValue(BenchData.Strategy(i), out var stored) || stored != enabled))
                lost++;
            lost += user.Trades.Count(id => !trades.Contains(id));
        }
        return lost + copies;
    }

    private static async IAsyncEnumerable<NpgsqlDataReader> ReadAsync(
        NpgsqlDataSource dataSource, string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Every caller above passes a constant.
        var command = dataSource.CreateCommand(sql);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false))
        {
            command.CommandTimeout = 300;
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) yield return reader;
            }
        }
    }

    /// <summary>The records of one user, written only by that user.</summary>
    internal sealed class UserLedger
    {
        public int Revision { get; private set; }

        public int Patched { get; private set; }

        public bool? Switch { get; private set; }

        public bool SwitchInDoubt { get; private set; }

        public List<Guid> Trades { get; } = [];

        public long Acknowledged { get; private set; }

        public void Acknowledge(BenchOperation operation, int revision, Trade? trade)
        {
            Acknowledged++;
            switch (operation)
            {
                case BenchOperation.Save: Revision = revision; break;
                case BenchOperation.Patch: Patched = revision; break;
                case BenchOperation.Toggle: (Switch, SwitchInDoubt) = (revision % 2 == 0, false); break;
                case BenchOperation.Trade: Trades.Add(trade!.Id); break;
                default: throw new ArgumentOutOfRangeException(nameof(operation));
            }
        }

        /// <summary>A failed write may still have been stored, so its value is accepted like the last acknowledged one.</summary>
        public void Doubt(BenchOperation operation) => SwitchInDoubt |= operation == BenchOperation.Toggle;
    }
}
