using Microsoft.Data.Sqlite;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// Snapshots of the statements' counters in a file of the data folder: every reading of the last day, one for each hour of 30 days, at most 64 MiB.
/// Statements' texts are not kept. Every call blocks and belongs on a thread that may.
/// </summary>
internal sealed class QueryHistory : IDisposable
{
    /// <summary>The file.</summary>
    public const string FileName = "queries.db";

    private const long MaxPages = 64 * 1024 * 1024 / 4096;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30), Fine = TimeSpan.FromHours(25);

    private readonly SqliteConnection _connection;

    private QueryHistory(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the file; one that is damaged or not ours is replaced, because it only holds statistics.</summary>
    public static QueryHistory Open(string folder)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            return OpenFile(file);
        }
        catch (SqliteException)
        {
            SqliteConnection.ClearAllPools();
            foreach (var suffix in new[] { "", "-wal", "-shm" }) File.Delete(file + suffix);
            return OpenFile(file);
        }
    }

    /// <summary>Saves the counters of one reading.</summary>
    public void Save(DateTimeOffset at, IEnumerable<(string Id, StatementCounters Counters)> rows)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            using var insert = _connection.CreateCommand();
            insert.CommandText = "INSERT OR REPLACE INTO samples (at, id, calls, rows, ms) VALUES (?1, ?2, ?3, ?4, ?5)";
            foreach (var (id, counters) in rows)
            {
                insert.Parameters.Clear();
                insert.Parameters.AddWithValue("?1", at.ToUnixTimeSeconds());
                insert.Parameters.AddWithValue("?2", id);
                insert.Parameters.AddWithValue("?3", counters.Calls);
                insert.Parameters.AddWithValue("?4", counters.Rows);
                insert.Parameters.AddWithValue("?5", counters.Milliseconds);
                insert.ExecuteNonQuery();
            }
            Thin(at);
            Execute("COMMIT");
        }
        catch (SqliteException error)
        {
            Execute("ROLLBACK");
            // Full: the oldest half goes.
            if (error.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL)
                Execute("DELETE FROM samples WHERE at < (SELECT (min(at) + max(at)) / 2 FROM samples)");
            else throw;
        }
    }

    /// <summary>
    /// The counters of the reading that is nearest to a moment and not more than a tenth of the distance away; empty if there is none.
    /// </summary>
    public Dictionary<string, StatementCounters> Load(DateTimeOffset now, TimeSpan back)
    {
        var counters = new Dictionary<string, StatementCounters>(StringComparer.Ordinal);
        var wanted = (now - back).ToUnixTimeSeconds();
        using var select = _connection.CreateCommand();
        select.CommandText = """
            SELECT id, calls, rows, ms FROM samples WHERE at =
                (SELECT at FROM samples WHERE at BETWEEN ?1 - ?2 AND ?1 + ?2 ORDER BY abs(at - ?1) LIMIT 1)
            """;
        select.Parameters.AddWithValue("?1", wanted);
        select.Parameters.AddWithValue("?2", (long)(back.TotalSeconds / 10));
        using var reader = select.ExecuteReader();
        while (reader.Read()) counters[reader.GetString(0)] = new StatementCounters(reader.GetInt64(1), reader.GetInt64(2), reader.GetDouble(3));
        return counters;
    }

    public void Dispose() => _connection.Dispose();

    private static QueryHistory OpenFile(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var history = new QueryHistory(connection);
            history.Execute("PRAGMA journal_mode = WAL");
            history.Execute("PRAGMA synchronous = NORMAL");
            history.Execute($"PRAGMA max_page_count = {MaxPages}");
            history.Execute("""
                CREATE TABLE IF NOT EXISTS samples (
                    at INTEGER NOT NULL, id TEXT NOT NULL, calls INTEGER NOT NULL, rows INTEGER NOT NULL, ms REAL NOT NULL, PRIMARY KEY (at, id)
                ) STRICT, WITHOUT ROWID
                """);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return history;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Drops what is too old, and of each hour before the last day all readings but the first.</summary>
    private void Thin(DateTimeOffset now)
    {
        using var delete = _connection.CreateCommand();
        delete.CommandText = """
            DELETE FROM samples WHERE at < ?1 OR (at < ?2 AND at NOT IN (SELECT min(at) FROM samples WHERE at < ?2 GROUP BY at / 3600))
            """;
        delete.Parameters.AddWithValue("?1", (now - Kept).ToUnixTimeSeconds());
        delete.Parameters.AddWithValue("?2", (now - Fine).ToUnixTimeSeconds());
        delete.ExecuteNonQuery();
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
