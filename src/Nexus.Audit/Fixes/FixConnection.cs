using Npgsql;

namespace Nexus.Audit;

/// <summary>The connection that fixes run over: statement by statement, each committed by itself, as CONCURRENTLY asks.</summary>
internal sealed class FixConnection : IAsyncDisposable
{
    // Names in statements are qualified; no object of the audited database can replace one of the server. A build runs as long as it takes.
    private const string SessionSql = """
        SET search_path = pg_catalog, pg_temp; SET row_security = off; SET standard_conforming_strings = on; SET client_min_messages = error; SET
            default_transaction_read_only = off;
        SET default_transaction_isolation = 'read committed'; SET statement_timeout = 0; SET idle_session_timeout = 0; SET default_tablespace = ''
        """;

    private readonly AuditLogin _login;
    private readonly NpgsqlConnection _connection;

    private FixConnection(AuditLogin login) => (_login, _connection) = (login, login.Connection);

    /// <exception cref="AuditException">A pooler is in between: settings of the session would affect other clients.</exception>
    public static async Task<FixConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var login = await AuditLogin.OpenAsync(connectionString, "nexus audit fix", commandTimeout: 0, cancellationToken).ConfigureAwait(false);
        try
        {
            var command = new NpgsqlCommand("SELECT pg_catalog.pg_backend_pid()", login.Connection);
            await using (command.ConfigureAwait(false))
            {
                if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not int processId
                    || processId != login.Connection.ProcessID)
                    throw new AuditException(AuditErrorKind.BehindPooler,
                        "leads through a pooler; applying fixes needs a direct connection to the server", nameof(AuditOptions.ConnectionString));
            }
            var fix = new FixConnection(login);
            await fix.ExecuteAsync(SessionSql, cancellationToken).ConfigureAwait(false);
            return fix;
        }
        catch
        {
            await login.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Code of users that statements on these tables would run; null without any. The audit looked too, but its owner had time since. Should one slip
    /// in even now, the server runs what an index or a statistics object calls as the table's owner, in an operation that cannot leave that role.
    /// </summary>
    public async Task<UserCode?> FindUserCodeAsync(IReadOnlyList<uint> tables, CancellationToken cancellationToken)
    {
        if (tables.Count == 0) return null;
        var code = await UserCode.OfAsync(
            async (sql, read, parameters) =>
            {
#pragma warning disable CA2100 // A constant of UserCode.
                var command = new NpgsqlCommand(sql, _connection);
#pragma warning restore CA2100
                await using (command.ConfigureAwait(false))
                {
                    foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
                    var rows = new List<UserCode>();
                    var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                    await using (reader.ConfigureAwait(false)) while (await reader.ReadAsync(cancellationToken)
                        .ConfigureAwait(false)) rows.Add(read(reader));
                    return rows;
                }
            },
            tables,
            toChange: true).ConfigureAwait(false);
        return code.SelectMany(group => group).FirstOrDefault();
    }

    /// <summary>Runs the statements in order.</summary>
    /// <returns>Null, or why it stopped; no stored value is quoted.</returns>
    public async Task<string?> RunAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var sql in statements) await ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException error)
        {
            return Printable.Line(DriverErrors.Translate(error).Reason);
        }
    }

    /// <summary>
    /// Drops the index that a build left behind when it failed or was given up: it costs writes and serves nobody. One that is valid was there
    /// before, and stays.
    /// </summary>
    /// <returns>The name of one that could not be dropped, null otherwise.</returns>
    public async Task<string?> DropUnfinishedAsync(IReadOnlyList<string> rollback)
    {
        const string drop = "DROP INDEX CONCURRENTLY IF EXISTS ";
        if (rollback.LastOrDefault(sql => sql.StartsWith(drop, StringComparison.Ordinal)) is not { } statement) return null;
        var command =
            new NpgsqlCommand(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indexrelid = pg_catalog.to_regclass($1) AND NOT i.indisvalid)",
                    _connection);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = statement[drop.Length..] });
            if (await command.ExecuteScalarAsync().ConfigureAwait(false) is not true) return null;
        }
        return await RunAsync(rollback, CancellationToken.None).ConfigureAwait(false) is null ? null : statement[drop.Length..];
    }

    public ValueTask DisposeAsync() => _login.DisposeAsync();

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Statements of the checks, with names quoted by SafeSql.
        var command = new NpgsqlCommand(sql, _connection);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
