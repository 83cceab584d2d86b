using System.Globalization;
using System.IO.Compression;
using System.Text;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Json;
using Nexus.Postgres;
using Nexus.Trades;

namespace Nexus.Operations.Backup;

/// <summary>Reads one chat's records out of a dump, without restoring it.</summary>
internal sealed class DumpedChat(BackupReader reader, BackupContents contents, DumpArchive archive)
{
    private static readonly int FilesAtOnce = Math.Clamp(Environment.ProcessorCount, 1, 4);

    private static readonly string[] TradeColumns = ["chat_id", "entry_timestamp", "id", "symbol", "side", "entry_price", "quantity", "status"];

    public async Task<ChatState> ReadAsync(string chatId, CancellationToken cancellationToken)
    {
        var tables = contents.Tables
            .Where(table => table.Schema == contents.Schema && (table.Name is "sessions" or "users" || IsOfTrades(table))).ToList();
        var found = new ChatState[tables.Count];
        // Most of the time is decompression, of one file for each month.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, tables.Count),
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
            async (at, cancel) => found[at] = await ReadAsync(tables[at], chatId, cancel).ConfigureAwait(false)).ConfigureAwait(false);
        return new ChatState(
            found.Select(one => one.Session).FirstOrDefault(session => session is not null),
            found.Select(one => one.User).FirstOrDefault(user => user is not null), [.. found.SelectMany(one => one.Trades)]);
    }

    private async Task<ChatState> ReadAsync(TableContents table, string chatId, CancellationToken cancellationToken)
    {
        ExportedSession? session = null;
        ExportedUser? user = null;
        var trades = new List<TradeView>();
        await foreach (var row in FindAsync(table, chatId, cancellationToken).ConfigureAwait(false))
        {
            if (table.Name is "sessions") session = Session(row);
            else if (table.Name is "users") user = User(row);
            else trades.Add(Trade(row));
        }
        return new ChatState(session, user, trades);
    }

    private static bool IsOfTrades(TableContents table) =>
        (table.Name == "trades" || table.Name.StartsWith("trades_", StringComparison.Ordinal))
            && TradeColumns.All(column => table.Columns.Contains(column));

    private async IAsyncEnumerable<Row> FindAsync(
        TableContents table, string chatId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var id = archive.Find(table.Schema, table.Name) ?? throw new BackupException(BackupErrorKind.Damaged, $"the dump lacks the table {table}");
        var name = string.Create(CultureInfo.InvariantCulture, $"{PostgresBackup.DumpFolder}/{id}.dat");
        var isCompressed = reader.Has($"{name}.gz");
        var stored = await reader.OpenAsync(isCompressed ? $"{name}.gz" : name, cancellationToken).ConfigureAwait(false);
        await using var end = stored.ConfigureAwait(false);
        var text = isCompressed ? new GZipStream(stored, CompressionMode.Decompress, leaveOpen: true) : stored;
        await using var endOfText = text.ConfigureAwait(false);
        var column = table.Columns.ToList().IndexOf("chat_id");
        if (column < 0) throw new BackupException(BackupErrorKind.Damaged, $"the table {table} has no column chat_id");
        await foreach (var fields in CopyTextReader.FindAsync(text, column, chatId, cancellationToken).ConfigureAwait(false))
        {
            if (fields.Length != table.Columns.Count)
                throw new BackupException(BackupErrorKind.Damaged, $"a row of {table} has {fields.Length} columns, expected {table.Columns.Count}");
            yield return new Row(table, fields);
        }
    }

    private static ExportedSession Session(Row row) => new(
        row.Text("chat_id"), row.Optional("api_key"), row.Optional("api_secret"), row.Json("config"), row.Number("version"),
            row.Instant("updated_at"));

    private static ExportedUser User(Row row) => new(
        row.Text("chat_id"), row.Optional("name"), row.Text("role"), row.OptionalInstant("expires_at"), row.Instant("created_at"),
            row.Text("timezone"),
        row.Optional("telegram_id") is { } id ? long.Parse(id, CultureInfo.InvariantCulture) : null, row.Json("enabled_groups"),
            row.Number("version"));

    private static TradeView Trade(Row row) => new(
        Guid.Parse(row.Text("id")), row.Text("chat_id"), row.Text("symbol"), Enum.Parse<TradeSide>(row.Text("side"), ignoreCase: true),
        row.Optional("strategy"), row.Optional("exchange"), row.Decimal("entry_price"), row.OptionalDecimal("exit_price"), row.Decimal("quantity"),
        row.Newer("exact_leverage") is null ? row.Number("leverage") : row.Decimal("exact_leverage"),
        row.Instant("entry_timestamp"), row.OptionalInstant("exit_timestamp"), row.OptionalDecimal("pnl"),
        row.OptionalDecimal("pnl_pct"), row.Decimal("fees"), row.Decimal("slippage"), Enum.Parse<TradeStatus>(row.Text("status"), ignoreCase: true),
        row.Optional("exit_reason"), row.Json("metadata"), row.Number("version"), row.Instant("updated_at"))
    {
        Fills = row.Newer("fills") is { } fills ? [.. PostgresTradeTable.ReadFills(Encoding.UTF8.GetBytes(fills)).Select(FillView.From)] : null,
    };

    /// <summary>A row by the names of its columns. What cannot be read is damage, and its value is never shown.</summary>
    private sealed class Row(TableContents table, string?[] fields)
    {
        public string Text(string column) => Optional(column) ?? throw Unreadable(column);

        public string? Optional(string column)
        {
            for (var i = 0; i < fields.Length; i++)
            {
                if (table.Columns[i] == column) return fields[i];
            }
            throw Unreadable(column);
        }

        /// <summary>The value of a column that older backups do not have.</summary>
        public string? Newer(string column) => table.Columns.Contains(column) ? Optional(column) : null;

        public RawJson Json(string column) => new(Encoding.UTF8.GetBytes(Text(column)));

        public long Number(string column) =>
            long.TryParse(Text(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
                : throw Unreadable(column);

        public decimal Decimal(string column) => OptionalDecimal(column) ?? throw Unreadable(column);

        public decimal? OptionalDecimal(string column) => Optional(column) is not { } text ? null
            : decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : throw Unreadable(column);

        public DateTimeOffset Instant(string column) => OptionalInstant(column) ?? throw Unreadable(column);

        public DateTimeOffset? OptionalInstant(string column) => Optional(column) is not { } text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant.ToUniversalTime()
            : throw Unreadable(column);

        private BackupException Unreadable(string column) => new(BackupErrorKind.Damaged, $"a row of {table} has no readable {column}");
    }
}
