using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>A read: its text, its typed parameters in order, and how a row becomes a record.</summary>
internal sealed class Query<T>(string sql, Func<NpgsqlDataReader, T> read)
{
    private readonly List<NpgsqlParameter> _parameters = [];

    public Query<T> Text(string? value) => Add(NpgsqlDbType.Text, value);

    public Query<T> Texts(IReadOnlyCollection<string> values) => Add(NpgsqlDbType.Array | NpgsqlDbType.Text, values as string[] ?? [.. values]);

    public Query<T> Uuid(Guid value) => Add(NpgsqlDbType.Uuid, value);

    public Query<T> Uuids(IReadOnlyCollection<Guid> values) => Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, values as Guid[] ?? [.. values]);

    public Query<T> Bool(bool? value) => Add(NpgsqlDbType.Boolean, value);

    public Query<T> Int(int? value) => Add(NpgsqlDbType.Integer, value);

    public Query<T> Long(long value) => Add(NpgsqlDbType.Bigint, value);

    public Query<T> Time(DateTimeOffset value) => Add(NpgsqlDbType.TimestampTz, PostgresTime.ToMicroseconds(value));

    /// <summary>A bound between two whole microseconds separates the stored instants as the later one does.</summary>
    public Query<T> Bound(DateTimeOffset value) => Add(
        NpgsqlDbType.TimestampTz, PostgresTime.ToMicroseconds(value) + (value.UtcTicks % TimeSpan.TicksPerMicrosecond == 0 ? 0 : 1));

    /// <summary>LIMIT NULL is no limit.</summary>
    public Query<T> Limit(int? value) => Add(NpgsqlDbType.Bigint, (long?)value);

    public T Read(NpgsqlDataReader row) => read(row);

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

    public static decimal? GetDecimalOrNull(this NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetDecimal(ordinal);
}
