using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>
/// Direct connections to a PostgreSQL server. A pooler is refused: pg_dump needs one session for its snapshot, and leaves an empty search path
/// behind in
/// pooled ones (https://github.com/pgbouncer/pgbouncer/issues/976).
/// </summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal sealed class DirectConnection : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    private DirectConnection(NpgsqlDataSource source, NpgsqlConnectionStringBuilder settings) => (_source, Settings) = (source, settings);

    /// <summary>The settings of the address, with the password.</summary>
    public NpgsqlConnectionStringBuilder Settings { get; }

    /// <summary>Prepares connections to a database.</summary>
    /// <param name="options">The store.</param>
    /// <param name="address">The direct address; null for that of the store.</param>
    /// <param name="database">Another database of the same server; null for that of the address.</param>
    /// <param name="loggers">The logger factory.</param>
    public static DirectConnection Create(NexusOptions options, string? address, string? database, ILoggerFactory loggers)
    {
        var settings = DatabaseUrl.ParseDirect(new PostgresOptions
        {
            Database = address ?? options.Database,
            DirectDatabase = address is null || address == options.Database ? options.DirectDatabase : null,
        });
        if (database is not null) settings.Database = database;
        // A digest reads a whole table in one statement. Cancellation ends it early.
        settings.CommandTimeout = (int)TimeSpan.FromDays(7).TotalSeconds;
        settings.MinPoolSize = 0;
        var postgres = options.ForPostgres() with { Database = settings.ConnectionString, DirectDatabase = null };
        return new DirectConnection(PostgresDataSource.Create(postgres, loggers, "nexus-backup", ConnectionUse.One), settings);
    }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="BackupException">It leads through a pooler.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be reached.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            // A pooler invents the process number that the client uses to cancel: it is not that of the server's process.
            var process = await ScalarAsync<int>(connection, "SELECT pg_catalog.pg_backend_pid()", cancellationToken).ConfigureAwait(false);
            if (process != connection.ProcessID) throw Pooled("the server's process is not the one that the connection was given");
            return connection;
        }
        catch (Exception error)
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            if (error is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName })
                throw new BackupException(BackupErrorKind.NotFound, $"the database {Settings.Database} does not exist on the server", error);
            if (error is PostgresException { SqlState: "08P01" } refused
                && refused.MessageText.Contains("startup parameter", StringComparison.Ordinal))
                throw Pooled("it refuses start-up options");
            if (IsServerError(error)) throw PostgresErrors.Translate(error);
            throw;
        }
    }

    /// <summary>The first value of a query.</summary>
    public static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false))
        {
            var value = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return value is null or DBNull ? default! : (T)value;
        }
    }

    /// <summary>Runs a statement.</summary>
    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether an error comes from the server or the way to it; anything else is a defect.</summary>
    public static bool IsServerError(Exception error) =>
        error is DbException or SocketException or IOException or TimeoutException or AuthenticationException;

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static BackupException Pooled(string how) => new(
        BackupErrorKind.Pooler,
        $"the address leads through a connection pooler such as PgBouncer ({how}), which pg_dump cannot use: name the server's direct address in "
            + "--database, NEXUS_BACKUP_DATABASE or NEXUS_DIRECT_URL");
}
