using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Stores;
using SQLitePCL;

namespace Nexus.Sqlite;

/// <summary>
/// Looks for damage in the database file: a file that was cut, has flipped bits, or is older than the log beside it. A start waits for a short time
/// only; a large file is checked to its end in the background.
/// </summary>
/// <remarks>SQLite keeps no checksums of the file: a change inside a text that leaves its structure intact is not found.</remarks>
internal sealed class SqliteCheck : IAsyncDisposable
{
    /// <summary>How long a start waits.</summary>
    internal static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(2);

    private readonly string _file;
    private readonly ILogger _logger;
    private readonly Action<Action>? _dispatch;
    private readonly CancellationTokenSource _stop = new();
    private Task _background = Task.CompletedTask;
    private volatile string? _damage;

    /// <param name="file">The database file.</param>
    /// <param name="logger">Receives the findings.</param>
    /// <param name="dispatch">As in <see cref="SqliteStore"/>.</param>
    public SqliteCheck(string file, ILogger logger, Action<Action>? dispatch = null) => (_file, _logger, _dispatch) = (file, logger, dispatch);

    /// <summary>What the background found; null while nothing is known to be wrong.</summary>
    public StoreConcern? Concern => _damage is { } damage ? new StoreConcern(StoreConcern.DamagedFile, damage) : null;

    /// <summary>Refuses a file that is not what a store leaves behind, before SQLite makes an empty database of it.</summary>
    /// <param name="file">The database file.</param>
    /// <param name="usedBefore">A file that only a store that was used has beside it; null where there is none.</param>
    public static void RefuseUnlessWhole(string file, string? usedBefore)
    {
        var (size, logSize) = (SizeOf(file), SizeOf($"{file}-wal"));
        if (size > 0 || (logSize <= 0 && !(size == 0 && File.Exists(usedBefore)))) return;
        throw new StoreIncompatibleException(
            size < 0
                ? $"{file} is missing, but its log {file}-wal exists: restore the file, or move the log away to start with an empty store"
                : $"{file} is empty although the store was used: it was truncated. Restore a backup, or remove the file and its -wal to start with "
                    + "an empty store");
    }

    /// <summary>Checks for at most <see cref="StartLimit"/>.</summary>
    /// <returns>Whether the whole file was checked.</returns>
    /// <exception cref="StoreIncompatibleException">It is damaged.</exception>
    public async Task<bool> CheckAtStartAsync(CancellationToken cancellationToken)
    {
        if (SizeOf(_file) <= 0) return true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A dispatcher (tests/Nexus.Simulation) decides the order of events, which a real timer would change.
        if (_dispatch is null) limit.CancelAfter(StartLimit);
        var (isWhole, damage) = await RunAsync(() => Check(limit.Token)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return damage is null ? isWhole : throw new StoreIncompatibleException(damage);
    }

    /// <summary>Checks the rest while the store serves.</summary>
    public void GoOn() => _background = RunAsync(() =>
    {
        CheckInBackground();
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _background.ConfigureAwait(false);
        _stop.Dispose();
    }

    private Task<T> RunAsync<T>(Func<T> check)
    {
        if (_dispatch is null) return Task.Factory.StartNew(check, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _dispatch(() =>
        {
            try
            {
                done.SetResult(check());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    private void CheckInBackground()
    {
        var (isWhole, damage) = Check(_stop.Token);
        if (damage is not null)
        {
            _damage = damage;
            SqliteLog.Damaged(_logger, damage);
        }
        else if (isWhole) SqliteLog.Checked(_logger, _file);
    }

    /// <summary>Table by table, so that the log can be reset in between.</summary>
    private (bool IsWhole, string? Damage) Check(CancellationToken cancellationToken)
    {
        try
        {
            using var connection = SqliteSession.OpenReader(_file);
            connection.ObeyOnly(cancellationToken);
            SqliteSchema.RefuseUnlessUsable(connection, _file);
            List<string> tables = [];
            using (var reader = connection.Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"))
            {
                while (reader.Read()) tables.Add(reader.GetString(0));
            }
            var finding = connection.ReadText("PRAGMA quick_check(1)");
            foreach (var table in tables)
            {
                if (finding is not (null or "ok")) break;
                finding = connection.ReadText($"PRAGMA integrity_check('{table.Replace("'", "''", StringComparison.Ordinal)}')");
            }
            return finding is null or "ok" ? (true, null) : (true, $"{_file} is damaged ({finding}): {Remedy}");
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            return (false, null);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is raw.SQLITE_CORRUPT)
        {
            return (true, $"{_file} is damaged (SQLite code {error.SqliteExtendedErrorCode}): {Remedy}");
        }
        catch (SqliteException error)
        {
            return (true, SqliteErrors.Translate(error, _file) is StoreIncompatibleException incompatible ? incompatible.Message : null);
        }
        catch (StoreIncompatibleException error)
        {
            return (true, error.Message);
        }
    }

    private const string Remedy = "stop Nexus, keep a copy of the file and its -wal, and restore a backup of both from the same moment; or move both "
        + "away to start with an empty store";

    private static long SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : -1;
}
