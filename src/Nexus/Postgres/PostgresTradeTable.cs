using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Nexus.Infrastructure;
using Nexus.Trades;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Reads a table that was a partition of trades, such as one that is archived.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class PostgresTradeTable
{
    /// <summary>The fills of a trade as the column holds them.</summary>
    /// <param name="json">The column's value.</param>
    /// <exception cref="Errors.StoreRejectedException">They are not as Nexus writes them.</exception>
    public static IReadOnlyList<TradeFill> ReadFills(ReadOnlyMemory<byte> json) => FillJson.Read(json);

    /// <summary>Streams every trade, oldest first. The connection is in use until the end.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="table">The table with its schema, quoted by the server.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public static async IAsyncEnumerable<TradeRow> ReadAsync(
        NpgsqlConnection connection, string table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The server quoted the table's name.
        var command = new NpgsqlCommand(PostgresTradeReads.SelectFrom(table), connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        await using var end = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var read = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) yield return PostgresTradeReads.Read(reader);
    }
}
