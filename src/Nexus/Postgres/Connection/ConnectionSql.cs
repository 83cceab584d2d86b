using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>
/// Statements of maintenance, one at a time and without a time limit of the client's: building an index or moving a table takes as long as it
/// takes, and <c>lock_timeout</c> bounds the waits.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class ConnectionSql
{
    /// <returns>Rows affected.</returns>
    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, object?[] parameters,
        CancellationToken cancellationToken)
    {
        var command = Command(connection, sql, parameters);
        await using var _ = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Rows affected.</returns>
    public static Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(sql, [], cancellationToken);

    /// <returns>The first column of the first row; default for NULL and for no row.</returns>
    public static async Task<T?> ScalarAsync<T>(this NpgsqlConnection connection, string sql, object?[] parameters,
        CancellationToken cancellationToken)
    {
        var command = Command(connection, sql, parameters);
        await using var _ = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is T value ? value : default;
    }

    /// <returns>Every row as <paramref name="read"/> sees it, in memory: for catalogs and batches.</returns>
    public static async Task<List<T>> RowsAsync<T>(
        this NpgsqlConnection connection, string sql, object?[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var command = Command(connection, sql, parameters);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(read(reader));
        return rows;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] parameters)
    {
#pragma warning disable CA2100 // Callers pass embedded SQL and names quoted by SqlIdentifier; values are parameters.
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        foreach (var value in parameters)
        {
            var parameter = new NpgsqlParameter { Value = value ?? DBNull.Value };
            // A text of unknown type would be taken for varchar, which the catalog's functions do not accept.
            if (value is string) parameter.NpgsqlDbType = NpgsqlDbType.Text;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
