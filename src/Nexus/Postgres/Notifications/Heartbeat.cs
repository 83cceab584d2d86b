using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>
/// Sends this instance's own notice, on another connection than the one that listens: only then does its return prove the database, the channel and
/// everything between. It commits its own transaction, which writes no row and so does not wait for the disk.
/// </summary>
/// <param name="source">Unpooled: a connection that did not respond is closed and not used again.</param>
internal sealed class Heartbeat(NpgsqlDataSource source, ChangeNotice notice) : IAsyncDisposable
{
    private const string Send = $"SELECT pg_catalog.pg_notify('{ChangeNotice.Channel}', $1)";

    private NpgsqlConnection? _connection;

    public bool IsConnected => _connection is not null;

    public async Task SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            _connection ??= await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            using var command = new NpgsqlCommand(Send, _connection);
            command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = notice.Heartbeat(), NpgsqlDbType = NpgsqlDbType.Text });
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask CloseAsync()
    {
        if (_connection is { } broken) await broken.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }
}
