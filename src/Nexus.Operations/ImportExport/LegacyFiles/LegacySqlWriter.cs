using System.Globalization;
using System.Numerics;
using System.Text;
using Nexus.Errors;

namespace Nexus.Operations.ImportExport;

/// <summary>Writes rows as INSERT statements of many rows, which any client of PostgreSQL can run.</summary>
internal sealed class LegacySqlWriter(TextWriter output)
{
    private const int RowsPerStatement = 200;

    private string _table = "";
    private int _rows;

    /// <summary>Begins the rows of a table.</summary>
    /// <param name="table">The table with its columns.</param>
    public async Task BeginAsync(string table)
    {
        await EndAsync().ConfigureAwait(false);
        _table = table;
    }

    public async Task RowAsync(params object?[] values)
    {
        await output.WriteAsync(_rows == 0 ? $"INSERT INTO {_table} VALUES\n    (" : ",\n    (").ConfigureAwait(false);
        await output.WriteAsync(string.Join(", ", values.Select(Literal))).ConfigureAwait(false);
        await output.WriteAsync(')').ConfigureAwait(false);
        if (++_rows == RowsPerStatement) await EndAsync().ConfigureAwait(false);
    }

    /// <summary>A statement of its own, between two tables or before the rows of one.</summary>
    public async Task StatementAsync(string statement)
    {
        await EndAsync().ConfigureAwait(false);
        await output.WriteLineAsync($"{statement};").ConfigureAwait(false);
    }

    /// <summary>Ends the statement that has begun.</summary>
    public async Task EndAsync()
    {
        if (_rows > 0) await output.WriteLineAsync(';').ConfigureAwait(false);
        _rows = 0;
    }

    /// <summary>Standard strings are on, so a quote is the only character with a meaning. PostgreSQL stores no NUL.</summary>
    private static string Literal(object? value) => value switch
    {
        null => "NULL",
        true => "true",
        false => "false",
        DateTimeOffset instant => $"'{instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'",
        IFormattable number and (int or long or decimal or BigInteger) => number.ToString(null, CultureInfo.InvariantCulture),
        byte[] document => Quote(Encoding.UTF8.GetString(document)),
        string text => Quote(text),
        _ => throw new InvalidOperationException($"{value.GetType().Name} has no literal"),
    };

    private static string Quote(string text) => !text.Contains('\0', StringComparison.Ordinal)
        ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'"
        : throw new NexusValidationException("export", "a value has the NUL character, which PostgreSQL does not store");
}
