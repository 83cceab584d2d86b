using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Nexus.Errors;
using SQLitePCL;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// An SQLite file of another program, opened for reading only and read as it stands at one moment. The file is hostile: nothing that its schema
/// defines is run, only tables are read, by the names of columns that are known.
/// </summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal sealed class SourceDatabase : IDisposable
{
    /// <summary>The longest value that is read, in bytes.</summary>
    private const int MaxValueBytes = 4 * 1024 * 1024;

    private const int MaxTables = 500;
    private const int HeaderBytes = 100;
    private const int NewestFormat = 2;
    private const int NewestSchemaFormat = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;

    private SourceDatabase(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<string> tables) =>
        (_connection, _transaction, Tables) = (connection, transaction, tables);

    /// <summary>The tables, without those of SQLite and virtual ones.</summary>
    public IReadOnlyList<string> Tables { get; }

    /// <exception cref="NexusValidationException">It is no SQLite file, or encrypted, cut, damaged, of a newer version, or in use.</exception>
    public static SourceDatabase Open(string file)
    {
        CheckHeader(file);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.GetFullPath(file),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = (int)Patience.TotalSeconds,
        }.ToString());
        try
        {
            connection.Open();
            _ = raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_DEFENSIVE, 1, out _);
            _ = raw.sqlite3_limit(connection.Handle, raw.SQLITE_LIMIT_LENGTH, MaxValueBytes);
            Run(connection, "PRAGMA trusted_schema = OFF");
            Run(connection, "PRAGMA cell_size_check = ON");
            Run(connection, "PRAGMA query_only = ON");
            var transaction = connection.BeginTransaction(deferred: true);
            if (Text(connection, "PRAGMA quick_check(1)") is not "ok") throw Damaged("its check by SQLite fails");
            return new SourceDatabase(connection, transaction, FindTables(connection));
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw Explain(error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The columns of a table, without those that are computed.</summary>
    public IReadOnlyList<string> ColumnsOf(string table)
    {
        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"PRAGMA table_xinfo({Quoted(table)})";
            using var reader = command.ExecuteReader();
            List<string> columns = [];
            while (reader.Read())
            {
                if (reader.GetInt32(6) == 0) columns.Add(reader.GetString(1));
            }
            return columns;
        }
        catch (SqliteException error)
        {
            throw Explain(error);
        }
    }

    public long Count(string table)
    {
        try
        {
            return long.Parse(
                Text(_connection, $"SELECT count(*) FROM {Quoted(table)}")!, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (SqliteException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>The rows of a table, in the order of a column or of their row ids.</summary>
    /// <param name="table">A table of <see cref="Tables"/>.</param>
    /// <param name="order">Columns in the order of which the rows come; those that the table lacks are left out.</param>
    public IEnumerable<SourceRow> Rows(string table, params ReadOnlySpan<string> order)
    {
        var columns = ColumnsOf(table);
        List<string> known = [];
        foreach (var column in order)
        {
            if (columns.Contains(column)) known.Add(Quoted(column));
        }
        return columns.Count == 0 ? [] : Read(
            $"SELECT {string.Join(", ", columns.Select(Quoted))} FROM {Quoted(table)}"
                + (known.Count == 0 ? "" : $" ORDER BY {string.Join(", ", known)}"), columns);
    }

    public void Dispose()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }

    private IEnumerable<SourceRow> Read(string sql, IReadOnlyList<string> columns)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = Begin(command);
        while (Next(reader))
        {
            var values = new Dictionary<string, object?>(columns.Count, StringComparer.Ordinal);
            for (var i = 0; i < columns.Count; i++) values[columns[i]] = ValueOf(reader, i);
            yield return new SourceRow(values);
        }
    }

    private static SqliteDataReader Begin(SqliteCommand command)
    {
        try
        {
            return command.ExecuteReader();
        }
        catch (SqliteException error)
        {
            throw Explain(error);
        }
    }

    private static bool Next(SqliteDataReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (SqliteException error)
        {
            throw Explain(error);
        }
    }

    private static object? ValueOf(SqliteDataReader reader, int column)
    {
        try
        {
            return reader.IsDBNull(column) ? null : reader.GetValue(column);
        }
        catch (SqliteException error)
        {
            throw Explain(error);
        }
    }

    private static List<string> FindTables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND upper(ltrim(sql)) NOT LIKE 'CREATE VIRTUAL%' ORDER BY name
            """;
        using var reader = command.ExecuteReader();
        List<string> tables = [];
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
            if (tables.Count > MaxTables) throw new NexusValidationException("file", $"must have at most {MaxTables} tables");
        }
        return tables;
    }

    /// <summary>https://www.sqlite.org/fileformat2.html#the_database_header.</summary>
    private static void CheckHeader(string file)
    {
        // A pipe would wait for somebody who writes into it.
        if (new FileInfo(file) is { Exists: true, Length: 0 }) throw Damaged("it is empty");
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Span<byte> header = stackalloc byte[HeaderBytes];
        var length = stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (length == 0) throw Damaged("it is empty");
        if (!header.StartsWith("SQLite format 3\0"u8))
            throw new NexusValidationException("file", "is not an SQLite database, or it is encrypted: decrypt it with the program that made it");
        if (length < HeaderBytes) throw Damaged("it is cut within its header");
        if (header[19] > NewestFormat)
        {
            throw new NexusValidationException(
                "file", $"has version {header[19]} of the file format of SQLite; versions up to {NewestFormat} are read");
        }
        if (BinaryPrimitives.ReadUInt32BigEndian(header[44..]) is var schema && schema > NewestSchemaFormat)
        {
            throw new NexusValidationException(
                "file", $"has version {schema} of the schema format of SQLite; versions up to {NewestSchemaFormat} are read");
        }
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is var size && size == 1 ? 65_536 : size;
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        // Older programs leave the number of pages; it counts only if the file was last changed by one that sets it.
        var isCounted = header.Slice(24, 4).SequenceEqual(header.Slice(92, 4));
        if (isCounted && !File.Exists($"{file}-wal") && stream.Length < (long)pages * pageSize)
            throw Damaged($"it is cut: it has {stream.Length} of {(long)pages * pageSize} bytes");
    }

    private static NexusValidationException Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new NexusValidationException(
            "file", "is locked by another program: stop the bot, or make a copy with \"sqlite3 FILE '.backup COPY'\" and import the copy"),
        raw.SQLITE_NOTADB => new NexusValidationException("file", "is not an SQLite database, or it is encrypted"),
        raw.SQLITE_CORRUPT => Damaged("a page of it is not readable"),
        raw.SQLITE_TOOBIG => new NexusValidationException("file", $"has a value of more than {MaxValueBytes} bytes"),
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN => new NexusValidationException(
            "file", "cannot be opened for reading alone: a transaction in it is unfinished, or its write-ahead log needs a folder that can be "
                + "written. Stop the bot and import a copy together with its -wal file"),
        _ => new NexusValidationException("file", $"cannot be read: SQLite reports error {error.SqliteErrorCode}"),
    };

    private static NexusValidationException Damaged(string how) => new("file", $"is not a whole SQLite database: {how}");

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string? Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
