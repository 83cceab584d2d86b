using Nexus.Engine;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>
/// A statement with two forms of one text: over arrays for many writes, and over plain parameters for a lone one, which unnest would slow down by
/// a seventh. Both texts are made once, so that each connection prepares each of them once.
/// </summary>
/// <remarks>
/// The text names its input <c>{input}</c>, a table <c>i</c> with the columns below, and writes <c>{keys}</c> for "is one of the first column's
/// values". What a value is never enters the text.
/// </remarks>
internal sealed class Statement<TWrite>(RecordTable table, int rank, StatementKind effect, string sql, Func<TWrite, long?>? expected = null)
    : Statement(table, rank, effect)
    where TWrite : Write
{
    private readonly List<Column> _columns = [];
    private int _maxRows = LargestArray;
    private Func<TWrite, bool> _refuses = static _ => false;
    private string? _one;
    private string? _many;

    public Statement<TWrite> Text(string name, Func<TWrite, string?> value) => Add(name, NpgsqlDbType.Text, value);

    public Statement<TWrite> Uuid(string name, Func<TWrite, Guid> value) => Add(name, NpgsqlDbType.Uuid, value);

    public Statement<TWrite> Json(string name, Func<TWrite, ReadOnlyMemory<byte>> value) => Add(name, NpgsqlDbType.Jsonb, value);

    public Statement<TWrite> JsonOrNull(string name, Func<TWrite, ReadOnlyMemory<byte>?> value) => Add(name, NpgsqlDbType.Jsonb, value);

    /// <summary>An array has no array form here, so each write gets a statement of its own.</summary>
    public Statement<TWrite> Texts(string name, Func<TWrite, string[]?> value)
    {
        _maxRows = 1;
        return Add(name, NpgsqlDbType.Array | NpgsqlDbType.Text, value);
    }

    public Statement<TWrite> Bool(string name, Func<TWrite, bool> value) => Add(name, NpgsqlDbType.Boolean, value);

    public Statement<TWrite> BoolOrNull(string name, Func<TWrite, bool?> value) => Add(name, NpgsqlDbType.Boolean, value);

    public Statement<TWrite> Int(string name, Func<TWrite, int> value) => Add(name, NpgsqlDbType.Integer, value);

    public Statement<TWrite> LongOrNull(string name, Func<TWrite, long?> value) => Add(name, NpgsqlDbType.Bigint, value);

    public Statement<TWrite> Decimal(string name, Func<TWrite, decimal> value) => Add(name, NpgsqlDbType.Numeric, value);

    public Statement<TWrite> DecimalOrNull(string name, Func<TWrite, decimal?> value) => Add(name, NpgsqlDbType.Numeric, value);

    public Statement<TWrite> Time(string name, Func<TWrite, DateTimeOffset> value) =>
        Add(name, NpgsqlDbType.TimestampTz, write => PostgresTime.ToMicroseconds(value(write)));

    public Statement<TWrite> TimeOrNull(string name, Func<TWrite, DateTimeOffset?> value) =>
        Add<long?>(name, NpgsqlDbType.TimestampTz, write => value(write) is { } at ? PostgresTime.ToMicroseconds(at) : null);

    /// <summary>Says which writes the statement itself may refuse, by a condition on something other than the record.</summary>
    public Statement<TWrite> RefusesWhere(Func<TWrite, bool> condition)
    {
        _refuses = condition;
        return this;
    }

    public override int MaxRows => _maxRows;

    public override long? ExpectedVersion(Write write) => expected?.Invoke((TWrite)write);

    public override bool MayRefuse(Write write) => _refuses((TWrite)write);

    public override NpgsqlBatchCommand ToCommand(ReadOnlySpan<Write> writes)
    {
        var command = new NpgsqlBatchCommand(writes.Length == 1 ? _one ??= WithInput(ScalarInput(), "= $1")
            : _many ??= WithInput(ArrayInput(), "= ANY ($1)"));
        foreach (var column in _columns) command.Parameters.Add(writes.Length == 1 ? column.ForOne((TWrite)writes[0]) : column.ForMany(writes));
        return command;
    }

    private Statement<TWrite> Add<TValue>(string name, NpgsqlDbType type, Func<TWrite, TValue> value)
    {
        _columns.Add(new Column<TValue>(name, type, value));
        return this;
    }

    private string WithInput(string input, string keys) =>
        sql.Replace("{input}", input, StringComparison.Ordinal).Replace("{keys}", keys, StringComparison.Ordinal);

    private string ScalarInput() => $"(SELECT {string.Join(", ", _columns.Select((column, n) => $"${n + 1} AS {column.Name}"))}) AS i";

    private string ArrayInput() =>
        $"unnest({string.Join(", ", _columns.Select((_, n) => $"${n + 1}"))}) AS i ({string.Join(", ", _columns.Select(column => column.Name))})";

    private abstract class Column(string name)
    {
        public string Name => name;

        public abstract NpgsqlParameter ForOne(TWrite write);

        public abstract NpgsqlParameter ForMany(ReadOnlySpan<Write> writes);
    }

    /// <summary>Values go into typed parameters and typed arrays: nothing is boxed.</summary>
    private sealed class Column<TValue>(string name, NpgsqlDbType type, Func<TWrite, TValue> value) : Column(name)
    {
        public override NpgsqlParameter ForOne(TWrite write) => new NpgsqlParameter<TValue> { TypedValue = value(write), NpgsqlDbType = type };

        public override NpgsqlParameter ForMany(ReadOnlySpan<Write> writes)
        {
            var values = new TValue[writes.Length];
            for (var n = 0; n < values.Length; n++) values[n] = value((TWrite)writes[n]);
            return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
        }
    }
}
