using System.Data;
using Npgsql;

namespace Nexus.Audit;

/// <summary>
/// The audit's one connection. Every transaction is read-only, with limits of its own that hold also behind a pooler; a session of our own gets them
/// for good.
/// </summary>
internal sealed class AuditConnection : IAsyncDisposable
{
    public const string ApplicationName = "nexus audit";

    /// <summary>Part of each statement, so that the audit recognises its own in pg_stat_statements.</summary>
    public const string Mark = "/* nexus audit */";

    // Everything that a role or a database may preset (ALTER ROLE/DATABASE … SET) and that the audit relies on. search_path: nothing in a schema of
    // the audited database can stand in for a table, function or operator of the server; pg_temp is named because it comes first otherwise.
    // row_security: a policy is an error instead of running. statement_timeout comes first: the preset one may be a millisecond.
    private const string BeginSql = """
        BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL statement_timeout = '10s';
        SET LOCAL search_path = pg_catalog,
            pg_temp; SET LOCAL row_security = off; SET LOCAL standard_conforming_strings = on; SET LOCAL client_min_messages = error;
        SET LOCAL quote_all_identifiers = off; SET LOCAL lock_timeout = '200ms'; SET LOCAL
            idle_in_transaction_session_timeout = '60s';
        SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off
        """;

    private const string SessionSql = """
        SET search_path = pg_catalog, pg_temp; SET default_transaction_read_only = on; SET statement_timeout = '10s'; SET lock_timeout = '200ms';
        SET idle_in_transaction_session_timeout = '60s'; SET idle_session_timeout = 0; SET client_min_messages = error
        """;

    /// <summary>No catalogue of an honest database has so many rows; one that has would fill the memory of the auditor.</summary>
    private const int MostRows = 500_000;

    // The server sends nothing of a database without an encoding that is no valid UTF-8, unless it is asked for the bytes as they are.
    private const string BytesSql = "; SET LOCAL client_encoding = 'SQL_ASCII'";

    private readonly AuditLogin _login;
    private readonly NpgsqlConnection _connection;
    private string _beginSql = BeginSql;

    private AuditConnection(AuditLogin login) => (_login, _connection) = (login, login.Connection);

    /// <summary>Transactions of the audit so far: they count in the server's statistics too.</summary>
    public int Transactions { get; private set; }

    /// <summary>Whether a pooler stands between: the process id of the handshake is then not that of the server process.</summary>
    public bool IsPooled { get; private set; }

    /// <summary>Whether nothing more can be asked.</summary>
    public bool IsBroken => _connection.FullState.HasFlag(ConnectionState.Broken) || _connection.State == ConnectionState.Closed;

    /// <exception cref="AuditException">The connection string is not usable.</exception>
    public static async Task<AuditConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var login = await AuditLogin.OpenAsync(connectionString, ApplicationName, commandTimeout: 30, cancellationToken).ConfigureAwait(false);
        try
        {
            var audit = new AuditConnection(login);
            await audit.PrepareSessionAsync(cancellationToken).ConfigureAwait(false);
            return audit;
        }
        catch
        {
            await login.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Does work in its own transaction, which is always rolled back.</summary>
    public async Task<T> InTransactionAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await ExecuteAsync(_beginSql, cancellationToken).ConfigureAwait(false);
        Transactions++;
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            if (!IsBroken) await ExecuteAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
        }
    }

    public async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, object?[] parameters, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Constants of the checks, with quoted names of the catalogue.
        var command = new NpgsqlCommand(Marked(sql), _connection);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false))
        {
            foreach (var value in parameters) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var rows = new List<T>();
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (rows.Count == MostRows) throw new TooManyRowsException();
                    rows.Add(read(reader));
                }
                return rows;
            }
        }
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // As above.
        var command = new NpgsqlCommand(sql, _connection);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Null when it worked, otherwise the SQLSTATE.</returns>
    public async Task<string?> TryAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await ExecuteAsync("SAVEPOINT attempt", cancellationToken).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (PostgresException error) when (!IsBroken)
        {
            await ExecuteAsync("ROLLBACK TO SAVEPOINT attempt", cancellationToken).ConfigureAwait(false);
            return error.SqlState;
        }
        try
        {
            await ExecuteAsync("RELEASE SAVEPOINT attempt", cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InFailedSqlTransaction)
        {
            // A COPY that has read enough is cancelled, which the server counts as a failure.
            await ExecuteAsync("ROLLBACK TO SAVEPOINT attempt", cancellationToken).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>Rows of a table as the server's COPY reads them; see <see cref="RowSample"/>.</summary>
    public Task<NpgsqlRawCopyStream> CopyAsync(string sql, CancellationToken cancellationToken) =>
        _connection.BeginRawBinaryCopyAsync(Marked(sql), cancellationToken);

    public ValueTask DisposeAsync() => _login.DisposeAsync();

    private async Task PrepareSessionAsync(CancellationToken cancellationToken)
    {
        var (processId, encoding) = (await InTransactionAsync(
            () => QueryAsync("SELECT pg_catalog.pg_backend_pid(), pg_catalog.current_setting('server_encoding')",
                row => (row.GetInt32(0), row.GetText(1)), [], cancellationToken), cancellationToken).ConfigureAwait(false))[0];
        if (encoding == "SQL_ASCII") _beginSql += BytesSql;
        IsPooled = processId != _connection.ProcessID;
        // Set for a session that others get after us, read-only would be a disaster.
        if (!IsPooled) await ExecuteAsync(SessionSql, cancellationToken).ConfigureAwait(false);
    }

    private static string Marked(string sql)
    {
        var end = sql.AsSpan().IndexOfAny(' ', '\n', '(');
        return end < 0 ? sql : $"{sql[..end]} {Mark}{sql[end..]}";
    }
}

/// <summary>A catalogue has more rows than an audit reads.</summary>
internal sealed class TooManyRowsException() : Exception("the catalogue has more rows than an audit reads");
