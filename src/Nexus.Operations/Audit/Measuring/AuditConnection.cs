using System.Data;
using Nexus.Storage.Postgres;
using Npgsql;

namespace Nexus.Operations.Audit.Measuring;

/// <summary>
/// The audit's one connection. Every transaction is read-only, with limits of its own that hold also behind a pooler; a session of our own gets them for good.
/// </summary>
internal sealed class AuditConnection : IAsyncDisposable
{
    public const string ApplicationName = "nexus audit";

    /// <summary>Stands inside each statement, so that the audit knows its own in pg_stat_statements.</summary>
    public const string Mark = "/* nexus audit */";

    // search_path: nothing that somebody put into a schema of the audited database can stand in for a function or operator. The rest: no statement for long, no waiting for locks, one core.
    private const string BeginSql = """
        BEGIN TRANSACTION READ ONLY;
        SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '200ms'; SET LOCAL idle_in_transaction_session_timeout = '60s';
        SET LOCAL search_path = pg_catalog; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off
        """;

    private const string SessionSql = """
        SET default_transaction_read_only = on; SET statement_timeout = '10s'; SET lock_timeout = '200ms'; SET idle_in_transaction_session_timeout = '60s'
        """;

    private readonly NpgsqlConnection _connection;

    private AuditConnection(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Transactions of the audit so far: they count in the server's statistics too.</summary>
    public int Transactions { get; private set; }

    /// <summary>Whether a pooler stands between: the process id of the handshake is then not that of the server process.</summary>
    public bool IsPooled { get; private set; }

    /// <summary>Whether nothing more can be asked.</summary>
    public bool IsBroken => _connection.FullState.HasFlag(ConnectionState.Broken) || _connection.State == ConnectionState.Closed;

    /// <exception cref="NexusConfigurationException">The URL is not usable.</exception>
    public static async Task<AuditConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var settings = DatabaseUrl.Parse(database);
        settings.ApplicationName = ApplicationName;
        settings.Pooling = false;
        settings.Enlist = false;
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        settings.MaxAutoPrepare = 0;
        settings.CommandTimeout = 30;
        settings.CancellationTimeout = 2000;
        if (!settings.Sets("GSS Encryption Mode")) settings.GssEncryptionMode = GssEncryptionMode.Disable;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var audit = new AuditConnection(connection);
            await audit.PrepareSessionAsync(cancellationToken).ConfigureAwait(false);
            return audit;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Does work in a transaction of its own, which changes nothing whatever becomes of it.</summary>
    public async Task<T> InTransactionAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await ExecuteAsync(BeginSql, cancellationToken).ConfigureAwait(false);
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
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(read(reader));
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
            await ExecuteAsync("RELEASE SAVEPOINT attempt", cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException error) when (!IsBroken)
        {
            await ExecuteAsync("ROLLBACK TO SAVEPOINT attempt", cancellationToken).ConfigureAwait(false);
            return error.SqlState;
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task PrepareSessionAsync(CancellationToken cancellationToken)
    {
        var processId = (await QueryAsync("SELECT pg_catalog.pg_backend_pid()", row => row.GetInt32(0), [], cancellationToken).ConfigureAwait(false))[0];
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
