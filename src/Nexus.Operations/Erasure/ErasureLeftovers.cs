using Nexus.Operations.Maintenance;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Erasure;

/// <summary>What Nexus does not erase: rows of a chat in tables that are not its own, and archives of trades.</summary>
internal static class ErasureLeftovers
{
    private const int MaxTables = 100;

    /// <summary>Tables with a column <c>chat_id</c> that no erasure reaches. The server quotes the names.</summary>
    private const string Tables = """
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), c.relname::text
        FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'chat_id' AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND c.relname <> ALL (
                '{sessions,users,trades,tasks,calibrations,nexus_summed_chats,nexus_trade_sums,nexus_trade_marks}'::name[])
        ORDER BY c.relname LIMIT $2
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>In the database of each shard.</summary>
    public static async Task<List<ErasureItem>> FindTablesAsync(NexusOptions options, string chat, CancellationToken cancellationToken)
    {
        List<ErasureItem> items = [];
        foreach (var shard in await ShardedDatabase.ListAsync(options, cancellationToken).ConfigureAwait(false))
            items.AddRange(await FindTablesAsync(shard, chat, cancellationToken).ConfigureAwait(false));
        return items;
    }

    private static async Task<List<ErasureItem>> FindTablesAsync(PostgresOptions options, string chat, CancellationToken cancellationToken)
    {
        var source = PostgresDataSource.Create(
            options with { MinPoolSize = 0 }, name: $"{PostgresDataSource.Name}-erasure", use: ConnectionUse.One);
        await using var end = source.ConfigureAwait(false);
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        List<ErasureItem> items = [];
        var tables = await connection.RowsAsync(Tables, [options.Schema, MaxTables], row => (row.GetString(0), row.GetString(1)), cancellationToken)
            .ConfigureAwait(false);
        foreach (var (table, name) in tables)
        {
            var count = await CountAsync(connection, table, chat, cancellationToken).ConfigureAwait(false);
            if (count == 0) continue;
            items.Add(new ErasureItem($"table {name}", count, "the table is not part of the state that Nexus erases: delete its rows"));
        }
        return items;
    }

    /// <summary>Files with months of trades that were taken out of the database.</summary>
    public static async Task<ErasureItem?> FindArchivesAsync(string dataFolder, string chat, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Path.GetFullPath(dataFolder), TradeArchive.FolderName);
        if (!Directory.Exists(folder)) return null;
        var (named, lines) = ($"\"chatId\":\"{chat}\"", 0L);
        foreach (var file in Directory.EnumerateFiles(folder, "*.ndjson"))
        {
            await foreach (var line in File.ReadLinesAsync(file, cancellationToken).ConfigureAwait(false))
            {
                if (line.Contains(named, StringComparison.Ordinal)) lines++;
            }
        }
        return lines == 0 ? null
            : new ErasureItem("archived trades", lines, $"files in {folder} are not changed: edit or delete them, and keep what the accounts need");
    }

    private static async Task<long?> CountAsync(NpgsqlConnection connection, string table, string chat, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await connection.ScalarAsync<long>(
                $"SELECT pg_catalog.count(*) FROM {table} AS t WHERE t.chat_id::pg_catalog.text OPERATOR(pg_catalog.=) $1", [chat], limit.Token)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is PostgresException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
