using System.Collections.Concurrent;
using Nexus.Trades;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Storage.Postgres;

/// <summary>Sees to it that the months of trades have their partitions before the trades arrive.</summary>
internal sealed class TradePartitions(ConnectionPool pool, SchemaNames names)
{
    private const string Ensure = "SELECT nexus_ensure_trade_partition($1)";

    /// <summary>Months that had a partition when this process last looked, each by its first instant.</summary>
    private readonly ConcurrentDictionary<DateTimeOffset, bool> _known = [];

    /// <summary>
    /// Whether an insert failed because a partition is gone, as after retention dropped it. A check constraint has the same code and a name.
    /// </summary>
    public static bool IsMissing(PostgresException error) => error.SqlState == PostgresErrorCodes.CheckViolation && error.ConstraintName is null;

    /// <summary>Makes what is missing, in a transaction of its own: making a partition must not hold up, or be undone with, the trades.</summary>
    public async Task EnsureAsync(Write[] writes, CancellationToken cancellationToken)
    {
        HashSet<DateTimeOffset>? missing = null;
        foreach (var write in writes)
        {
            if (write is OpenTrade open && MonthOf(open) is var month && !_known.ContainsKey(month)) (missing ??= []).Add(month);
        }
        if (missing is null) return;
        foreach (var month in missing.Order())
        {
            var connection = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var close = connection.ConfigureAwait(false);
            using var batch = connection.CreateBatch();
            var command = new NpgsqlBatchCommand(names.Qualify(Ensure));
            batch.BatchCommands.Add(command);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = PostgresTime.ToMicroseconds(month), NpgsqlDbType = NpgsqlDbType.TimestampTz });
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            _known[month] = true;
        }
    }

    public void Forget(Write[] writes)
    {
        foreach (var open in writes.OfType<OpenTrade>()) _known.TryRemove(MonthOf(open), out _);
    }

    private static DateTimeOffset MonthOf(OpenTrade open)
    {
        var entry = open.Trade.EntryTimestamp.UtcDateTime;
        return new DateTimeOffset(entry.Year, entry.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
