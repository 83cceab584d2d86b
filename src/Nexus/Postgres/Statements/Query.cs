using Nexus.Errors;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>A read: its text, its typed parameters in order, and how a row becomes a record.</summary>
internal sealed class Query<T>(string sql, Func<NpgsqlDataReader, T> read)
{
    /// <summary>Lasts until the end of the statement's transaction. A DO block returns no rows and, unlike SET LOCAL, no warning.</summary>
    private const string PlanForValues = "DO $$ BEGIN PERFORM pg_catalog.set_config('plan_cache_mode', 'force_custom_plan', true); END $$";

    private readonly List<NpgsqlParameter> _parameters = [];
    private bool _isPlannedForValues;

    /// <summary>
    /// Makes the server plan for the parameters' values instead of once for all. A tenth of a millisecond that pays where the best index depends on
    /// how rare a value is.
    /// </summary>
    public Query<T> PlannedForValues()
    {
        _isPlannedForValues = true;
        return this;
    }

    public Query<T> Text(string? value) => Add(NpgsqlDbType.Text, value);

    public Query<T> Texts(IReadOnlyCollection<string> values) => Add(NpgsqlDbType.Array | NpgsqlDbType.Text, values as string[] ?? [.. values]);

    public Query<T> Uuid(Guid value) => Add(NpgsqlDbType.Uuid, value);

    public Query<T> Uuids(IReadOnlyCollection<Guid> values) => Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, values as Guid[] ?? [.. values]);

    public Query<T> Bool(bool? value) => Add(NpgsqlDbType.Boolean, value);

    public Query<T> Int(int? value) => Add(NpgsqlDbType.Integer, value);

    public Query<T> Long(long value) => Add(NpgsqlDbType.Bigint, value);

    public Query<T> Time(DateTimeOffset value) => Add(NpgsqlDbType.TimestampTz, PostgresTime.ToMicroseconds(value));

    /// <summary>An instant as the server holds it: microseconds from 2000, or an infinity.</summary>
    public Query<T> Microseconds(long value) => Add(NpgsqlDbType.TimestampTz, value);

    /// <summary>A bound between two whole microseconds separates the stored instants as the later one does.</summary>
    public Query<T> Bound(DateTimeOffset value) => Add(
        NpgsqlDbType.TimestampTz, PostgresTime.ToMicroseconds(value) + (value.UtcTicks % TimeSpan.TicksPerMicrosecond == 0 ? 0 : 1));

    /// <summary>LIMIT NULL is no limit.</summary>
    public Query<T> Limit(int? value) => Add(NpgsqlDbType.Bigint, (long?)value);

    public T Read(NpgsqlDataReader row) => read(row);

    /// <summary>Adds the statement to a batch that is one transaction.</summary>
    public void AddTo(NpgsqlBatch batch, SchemaNames names)
    {
        if (_isPlannedForValues) batch.BatchCommands.Add(new NpgsqlBatchCommand(PlanForValues));
        batch.BatchCommands.Add(ToCommand(names));
    }

    public NpgsqlBatchCommand ToCommand(SchemaNames names)
    {
        var command = new NpgsqlBatchCommand(names.Qualify(sql));
        foreach (var parameter in _parameters) command.Parameters.Add(parameter.Clone());
        return command;
    }

    private Query<T> Add<TValue>(NpgsqlDbType type, TValue value)
    {
        _parameters.Add(new NpgsqlParameter<TValue> { TypedValue = value, NpgsqlDbType = type });
        return this;
    }
}

internal static class ReaderExtensions
{
    public static string? GetStringOrNull(this NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    /// <summary>An amount of a column that holds more digits than a decimal. Nexus writes none of those, but others may.</summary>
    /// <exception cref="StoreRejectedException">It does not fit.</exception>
    public static decimal GetAmount(this NpgsqlDataReader row, int ordinal)
    {
        try
        {
            return row.GetDecimal(ordinal);
        }
        catch (OverflowException error)
        {
            throw new StoreRejectedException("22003", $"a stored {row.GetName(ordinal)} has more digits than a decimal can hold", error);
        }
    }

    public static decimal? GetAmountOrNull(this NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetAmount(ordinal);

    public static decimal? GetDecimalOrNull(this NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetDecimal(ordinal);
}
