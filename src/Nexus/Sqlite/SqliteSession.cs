using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Nexus.Errors;
using SQLitePCL;

namespace Nexus.Sqlite;

/// <summary>One connection with its prepared statements. It blocks and belongs to one thread at a time.</summary>
/// <remarks>
/// SQL comes as constants with parameters ?1, ?2 and so on; each text is compiled once per connection and kept. Documents are bound as UTF-8
/// bytes and cast to text in the SQL, so they never pass through UTF-16.
/// </remarks>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>How long a statement waits for a lock of another program, such as the sqlite3 shell.</summary>
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);
    private CancellationToken _cancellation;

    private SqliteSession(string file, SqliteOpenMode mode)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = false,
            ForeignKeys = false,
            DefaultTimeout = (int)BusyTimeout.TotalSeconds,
        }.ToString());
        try
        {
            _connection.Open();
            Execute($"PRAGMA busy_timeout = {BusyTimeout.TotalMilliseconds:0}");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether no transaction is open: some errors make SQLite roll back by itself.</summary>
    public bool IsAutocommit => raw.sqlite3_get_autocommit(_connection.Handle) != 0;

    public static SqliteSession OpenReader(string file)
    {
        var connection = new SqliteSession(file, SqliteOpenMode.ReadOnly);
        connection.Execute("PRAGMA query_only = ON");
        // Asked now and then by the running query. sqlite3_interrupt would do nothing when it comes just before the query begins.
        raw.sqlite3_progress_handler(
            connection._connection.Handle, 20_000, static reader => ((SqliteSession)reader)._cancellation.IsCancellationRequested ? 1 : 0,
            connection);
        return connection;
    }

    /// <param name="file">The database file.</param>
    /// <param name="isAlone">
    /// Whether no other connection uses the file meanwhile, so that no lock of it is taken and released for each statement.
    /// </param>
    public static SqliteSession OpenWriter(string file, bool isAlone = false)
    {
        var connection = new SqliteSession(file, SqliteOpenMode.ReadWrite);
        try
        {
            SqliteSchema.RefuseUnlessUsable(connection, file);
            if (isAlone) connection.Execute("PRAGMA locking_mode = EXCLUSIVE");
            connection.BeDurable(file);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>From now on a cancellation of this token makes a reader's query fail with SQLITE_INTERRUPT.</summary>
    public void ObeyOnly(CancellationToken cancellationToken) => _cancellation = cancellationToken;

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <summary>Runs a query; the caller disposes the reader before it runs the same query again.</summary>
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteReader();

    /// <summary>The first column of the first row as text, or null.</summary>
    public string? ReadText(string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Query(sql, values);
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetString(0) : null;
    }

    /// <summary>The first column of the first row as a number; 0 without a row.</summary>
    public long ReadNumber(string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Query(sql, values);
        return reader.Read() ? reader.GetInt64(0) : 0;
    }

    /// <summary>Runs several statements without parameters, once.</summary>
    public void ExecuteScript(string sql)
    {
        using var command = _connection.CreateCommand();
        SetText(command, sql);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _connection.Dispose();
    }

    /// <summary>Acknowledged means durable: with synchronous=FULL each commit syncs the log (https://www.sqlite.org/wal.html).</summary>
    private void BeDurable(string file)
    {
        // For a new file; an existing one takes it over when it is compacted.
        Execute("PRAGMA auto_vacuum = INCREMENTAL");
        if (ReadText("PRAGMA journal_mode = WAL") != "wal")
            throw new StoreIncompatibleException($"{file} cannot use write-ahead logging on this file system: keep the data folder on a local disk");
        Execute("PRAGMA synchronous = FULL");
        Execute("PRAGMA fullfsync = ON");
        Execute("PRAGMA wal_autocheckpoint = 4000");
        Execute("PRAGMA journal_size_limit = 67108864");
        Execute("PRAGMA cache_size = -32768");
        Execute("PRAGMA temp_store = MEMORY");
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            SetText(command, sql);
            for (var i = 1; i <= values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            _statements.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The store's SQL is made of constants; what callers give is bound as a parameter.")]
    private static void SetText(SqliteCommand command, string sql) => command.CommandText = sql;
}
