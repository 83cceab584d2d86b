using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Trades;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>
/// Prepares the partitions of trades before the trades arrive. A month that cannot be prepared concerns its own trades only: the batch is then sent
/// with a savepoint for each part, and those trades fail by themselves with an error that says why.
/// </summary>
internal sealed partial class TradePartitions(ConnectionPool pool, SchemaNames names, TimeProvider clock, ILogger logger)
    : ITradePartitions
{
    private const string Ensure = "SELECT nexus_ensure_trade_partition($1)";

    /// <summary>Only the other trades of a batch wait for this lock, and not for long.</summary>
    private const string BoundWait = "SELECT pg_catalog.set_config('lock_timeout', '2s', true)";

    private const int MaxAttempts = 3;

    /// <summary>Whether the month has its partition under its usual name, and whether a default partition takes what no other takes.</summary>
    private const string Look = """
        SELECT
            EXISTS (SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = p.partrelid
                AND c.relname = $1),
            p.partdefid <> 0
        FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = 'trades'::regclass
        """;

    /// <summary>What would keep this role from making the next partitions, asked without making one.</summary>
    private const string Foresee = """
        SELECT pg_catalog.has_schema_privilege(n.oid, 'CREATE'), pg_catalog.pg_has_role(t.relowner, 'USAGE'), p.partdefid <> 0,
            ARRAY(
                SELECT m.name FROM pg_catalog.unnest($1::text[]) AS m (name)
                WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = t.oid
                    AND c.relname = m.name)),
            ARRAY(
                SELECT c.relname::text FROM pg_catalog.pg_class c
                WHERE c.relnamespace = n.oid AND c.relname = ANY ($1::text[]) AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i
                    WHERE i.inhparent = t.oid AND i.inhrelid = c.oid))
        FROM pg_catalog.pg_class t
        JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
        JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = t.oid
        WHERE t.oid = 'trades'::regclass
        """;

    /// <summary>How long a failed check is kept: a fix takes effect within this time, and not every batch asks the server again.</summary>
    internal static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(3);

    /// <summary>Months that this process has checked, each by its first instant.</summary>
    private readonly ConcurrentDictionary<DateTimeOffset, Month> _months = [];

    private volatile string? _foreseen;

    /// <summary>Why some trades cannot be stored; null where nothing is known against it.</summary>
    public string? Concern
    {
        get
        {
            foreach (var (_, month) in _months)
            {
                if (month is { Refusal: { } refusal, HasPlace: false }) return refusal.Message;
            }
            return _foreseen;
        }
    }

    /// <summary>
    /// Whether an insert failed because no partition takes the row, as after retention detached it. A check constraint has the same code and a name.
    /// </summary>
    public static bool IsMissing(PostgresException error) => error.SqlState == PostgresErrorCodes.CheckViolation && error.ConstraintName is null;

    /// <summary>
    /// Makes what is missing, each month in a separate transaction: creating a partition must not delay the trades or be rolled back with them.
    /// </summary>
    /// <returns>Whether each month has its place; otherwise a trade among these may be refused.</returns>
    public async Task<bool> EnsureAsync(Write[] writes, CancellationToken cancellationToken)
    {
        HashSet<DateTimeOffset>? missing = null;
        var isSure = true;
        foreach (var write in writes)
        {
            if (write is not OpenTrade open) continue;
            var month = MonthOf(open);
            if (!_months.TryGetValue(month, out var known) || (known.Refusal is not null && clock.GetElapsedTime(known.SeenAt) >= TryAgainAfter))
                (missing ??= []).Add(month);
            else isSure &= known.HasPlace;
        }
        if (missing is null) return isSure;
        foreach (var month in missing.Order())
        {
            var made = await MakeAsync(month, cancellationToken).ConfigureAwait(false);
            if (made.Refusal is { } refusal && !(_months.TryGetValue(month, out var before) && before.Refusal?.Message == refusal.Message))
                LogRefused(logger, refusal.Message);
            _months[month] = made;
            isSure &= made.HasPlace;
        }
        return isSure;
    }

    /// <summary>A partition is missing: checks the months of these writes again, unless a month without a partition explains it.</summary>
    /// <returns>Whether there was such a month, so that the same writes may succeed now.</returns>
    public bool Forget(Write[] writes)
    {
        if (Array.Exists(writes, write => write is OpenTrade open && _months.TryGetValue(MonthOf(open), out var month) && !month.HasPlace))
            return false;
        var isForgotten = false;
        foreach (var open in writes.OfType<OpenTrade>())
        {
            var month = MonthOf(open);
            if (_months.TryGetValue(month, out var known) && known.Refusal is null) isForgotten |= _months.TryRemove(month, out _);
        }
        return isForgotten;
    }

    /// <summary>The error of one write that the server refused.</summary>
    public NexusException Explain(Write write, PostgresException error) =>
        write is OpenTrade open && IsMissing(error) ? RefusalOf(open) ?? PostgresErrors.Translate(error) : PostgresErrors.Translate(error);

    /// <summary>Why a trade has no partition; null where none is known to be missing.</summary>
    public NexusException? RefusalOf(Write write) =>
        write is OpenTrade open && _months.TryGetValue(MonthOf(open), out var month) ? month.Refusal : null;

    /// <summary>Finds out whether this and the next month can be made, so that the start says what would fail later. Changes nothing.</summary>
    public async Task ForeseeAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        string[] months = [NameOf(now), NameOf(now.AddDays(1 - now.Day).AddMonths(1))];
        var connection = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        using var batch = connection.CreateBatch();
        var command = new NpgsqlBatchCommand(names.Qualify(Foresee));
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = months, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        batch.BatchCommands.Add(command);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return;
        var (mayCreate, isOwner, hasDefault) = (reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2));
        var (missing, inTheWay) = (await reader.GetFieldValueAsync<string[]>(3, cancellationToken).ConfigureAwait(false),
            await reader.GetFieldValueAsync<string[]>(4, cancellationToken).ConfigureAwait(false));
        var concern = missing.Length == 0 || hasDefault ? null
            : inTheWay is [var table, ..] ? $"trades of {table["trades_".Length..].Replace('_', '-')} will be refused: {InTheWay(table)}"
            : !isOwner ? $"trades of months without a partition will be refused: {NotOwner}"
            : !mayCreate ? $"trades of months without a partition will be refused: {MayNotCreate}"
            : null;
        if (concern is not null && concern != _foreseen) LogRefused(logger, concern);
        _foreseen = concern;
    }

    private const string NotOwner = "the role does not own the table trades; connect as its owner, or ALTER TABLE trades OWNER TO the role";
    private const string MayNotCreate =
        "the role may not create tables; GRANT CREATE ON the SCHEMA TO the role, or have its owner make the partition";

    private static string InTheWay(string table) =>
        $"a table {table} exists and is not attached to trades; attach it with ALTER TABLE trades ATTACH PARTITION, or rename it";

    private async Task<Month> MakeAsync(DateTimeOffset month, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CallAsync(month, cancellationToken).ConfigureAwait(false);
                return new Month(null, HasPlace: true, clock.GetTimestamp());
            }
            catch (PostgresException error) when (Refusals.IsDefinite(error))
            {
                var (isAttached, hasDefault) = await LookAsync(month, cancellationToken).ConfigureAwait(false);
                // Another instance made it in the same moment.
                if (isAttached) return new Month(null, HasPlace: true, clock.GetTimestamp());
                if (PostgresErrors.IsTransient(error) && attempt < MaxAttempts) continue;
                // A partition with other bounds or a default one may take the trades of this month.
                var hasPlace = hasDefault || error.SqlState == PostgresErrorCodes.InvalidObjectDefinition;
                return new Month(Refuse(month, error), hasPlace, clock.GetTimestamp());
            }
        }
    }

    private async Task CallAsync(DateTimeOffset month, CancellationToken cancellationToken)
    {
        var connection = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(BoundWait));
        var command = new NpgsqlBatchCommand(names.Qualify(Ensure));
        command.Parameters.Add(new NpgsqlParameter<long>
        {
            TypedValue = PostgresTime.ToMicroseconds(month),
            NpgsqlDbType = NpgsqlDbType.TimestampTz
        });
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<(bool IsAttached, bool HasDefault)> LookAsync(DateTimeOffset month, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var close = connection.ConfigureAwait(false);
            using var batch = connection.CreateBatch();
            var command = new NpgsqlBatchCommand(names.Qualify(Look));
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = NameOf(month), NpgsqlDbType = NpgsqlDbType.Text });
            batch.BatchCommands.Add(command);
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var end = reader.ConfigureAwait(false);
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? (reader.GetBoolean(0), reader.GetBoolean(1)) : default;
        }
        catch (PostgresException error) when (Refusals.IsDefinite(error))
        {
            // Without trades there is no partition; the insert will say so.
            return default;
        }
    }

    private static NexusException Refuse(DateTimeOffset month, PostgresException error)
    {
        var what = $"trades of {month:yyyy-MM} have no partition, and it cannot be created";
        var translated = PostgresErrors.Translate(error);
        if (translated is StoreUnavailableException unavailable)
            return new StoreUnavailableException(unavailable.Reason, $"{what} now: {unavailable.Message}", error);
        var reason = error.SqlState switch
        {
            PostgresErrorCodes.DuplicateTable => InTheWay(NameOf(month)),
            PostgresErrorCodes.InvalidObjectDefinition =>
                "a partition with overlapping bounds exists; detach it, or attach a partition for the rest of the month",
            PostgresErrorCodes.CheckViolation => "the default partition holds trades of this month; move them into a separate partition",
            PostgresErrorCodes.InsufficientPrivilege => error.MessageText.Contains("schema", StringComparison.Ordinal) ? MayNotCreate : NotOwner,
            _ => translated.Message,
        };
        return new StoreRejectedException(error.SqlState, $"{what}: {reason} (SQLSTATE {error.SqlState})");
    }

    private static string NameOf(DateTimeOffset month) => $"trades_{month.UtcDateTime:yyyy_MM}";

    private static DateTimeOffset MonthOf(OpenTrade open)
    {
        var entry = open.Trade.EntryTimestamp.UtcDateTime;
        return new DateTimeOffset(entry.Year, entry.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }

    /// <param name="Refusal">Why its partition could not be made; null where it is there.</param>
    /// <param name="HasPlace">Whether some partition takes its trades, as far as is known.</param>
    /// <param name="SeenAt">A timestamp of the clock.</param>
    private sealed record Month(NexusException? Refusal, bool HasPlace, long SeenAt);

    [LoggerMessage(EventId = 1125, Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
