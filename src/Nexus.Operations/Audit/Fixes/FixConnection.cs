using Nexus.Storage.Postgres;
using Npgsql;

namespace Nexus.Operations.Audit.Fixes;

/// <summary>The connection that fixes run over: statement by statement, each committed by itself, as CONCURRENTLY asks.</summary>
internal sealed class FixConnection : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private FixConnection(NpgsqlConnection connection) => _connection = connection;

    /// <exception cref="NexusConfigurationException">A pooler stands between: settings of the session would go to others.</exception>
    public static async Task<FixConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var settings = DatabaseUrl.Parse(database);
        settings.ApplicationName = "nexus audit fix";
        settings.Pooling = false;
        settings.Enlist = false;
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        // An index takes as long as it takes.
        settings.CommandTimeout = 0;
        if (!settings.Sets("GSS Encryption Mode")) settings.GssEncryptionMode = GssEncryptionMode.Disable;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var command = new NpgsqlCommand("SELECT pg_catalog.pg_backend_pid()", connection);
            await using (command.ConfigureAwait(false))
            {
                if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not int processId || processId != connection.ProcessID)
                    throw new NexusConfigurationException(DatabaseUrl.Setting, "leads through a pooler; audit fix --apply needs the server itself");
            }
            var fix = new FixConnection(connection);
            await fix.ExecuteAsync("SET statement_timeout = 0", cancellationToken).ConfigureAwait(false);
            return fix;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
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
            return PostgresErrors.Translate(error).Message;
        }
    }

    /// <summary>
    /// Drops the index that a build left behind when it failed or was given up: it costs writes and serves nobody. One that is valid was there before, and stays.
    /// </summary>
    /// <returns>The name of one that could not be dropped, null otherwise.</returns>
    public async Task<string?> DropUnfinishedAsync(IReadOnlyList<string> rollback)
    {
        const string drop = "DROP INDEX CONCURRENTLY IF EXISTS ";
        if (rollback.LastOrDefault(sql => sql.StartsWith(drop, StringComparison.Ordinal)) is not { } statement) return null;
        var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indexrelid = pg_catalog.to_regclass($1) AND NOT i.indisvalid)", _connection);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = statement[drop.Length..] });
            if (await command.ExecuteScalarAsync().ConfigureAwait(false) is not true) return null;
        }
        return await RunAsync(rollback, CancellationToken.None).ConfigureAwait(false) is null ? null : statement[drop.Length..];
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Statements of the checks, with names quoted by SafeSql.
        var command = new NpgsqlCommand(sql, _connection);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
