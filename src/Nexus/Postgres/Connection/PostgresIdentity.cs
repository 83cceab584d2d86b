using Nexus.Stores;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Which database of which cluster a connection leads to.</summary>
internal static class PostgresIdentity
{
    private const string Database = "SELECT pg_catalog.current_database()::pg_catalog.text";
    private const string Meta = "SELECT pg_catalog.to_regclass(pg_catalog.format('%I.nexus_meta', $1::pg_catalog.text))::pg_catalog.text";
    private const string Cluster = "SELECT system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system()";

    /// <param name="connection">Leads to the database.</param>
    /// <param name="location">How the settings name it.</param>
    /// <param name="schema">Has the tables, or will have them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<StoreIdentity> ReadAsync(
        NpgsqlConnection connection, string location, string schema, CancellationToken cancellationToken)
    {
        var transaction = await SetTransaction.BeginAsync(connection, cancellationToken).ConfigureAwait(false);
        await using var rollback = transaction.ConfigureAwait(false);
        var database = await ReadTextAsync(new NpgsqlCommand(Database, connection), cancellationToken).ConfigureAwait(false);
        var meta = await ReadTextAsync(
            new NpgsqlCommand(Meta, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = schema } } },
            cancellationToken).ConfigureAwait(false);
        string? cluster = null;
        try
        {
            cluster = await ReadTextAsync(new NpgsqlCommand(Cluster, connection), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFunction)
        {
            // Some hosted servers keep it to themselves. It is the last statement, which a transaction that failed allows.
        }
        return new StoreIdentity(StoreIdentity.PostgresKind, location, database, cluster, schema) { IsNew = meta is null };
    }

    private static async Task<string?> ReadTextAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false)) return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    }
}
