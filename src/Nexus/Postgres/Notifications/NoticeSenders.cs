using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>Sends with <c>pg_notify</c>.</summary>
/// <param name="source">Unpooled: a connection that did not respond is closed and not used again.</param>
internal sealed class NoticeSenders(RoutedSource source) : INoticeSenders
{
    // A transaction without rows waits neither for the disk nor for a standby, whatever the setting; so that it stays so, it is set.
    private const string Send = "SELECT pg_catalog.set_config('synchronous_commit', 'off', true), pg_catalog.pg_backend_pid(), "
        + $"(SELECT pg_catalog.count(pg_catalog.pg_notify('{ChangeNotice.Channel}', n)) FROM pg_catalog.unnest($1) AS n)";

    public long Epoch => source.Epoch;

    public async Task<INoticeSender> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Behind a pooler the process of the handshake is not the server's.
            return new Sender(connection,
                await connection.ScalarAsync<int>("SELECT pg_catalog.pg_backend_pid()", [], cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private sealed class Sender(NpgsqlConnection connection, int process) : INoticeSender
    {
        public int Process => process;

        public async Task<int> SendAsync(string[] notices, CancellationToken cancellationToken)
        {
            using var command = new NpgsqlCommand(Send, connection);
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = notices, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                return reader.GetInt32(1);
            }
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
