using Npgsql;

namespace Nexus.Postgres;

/// <summary>Listens with <c>LISTEN</c>.</summary>
/// <param name="source">Unpooled; listening must not take a connection from the pool.</param>
internal sealed class NoticeSource(RoutedSource source) : INoticeSource
{
    private const string Listen = $"LISTEN {ChangeNotice.Channel}";

    public CancellationToken WhenEnded() => source.Term.WhenEnded();

    public async Task<INoticeConnection> ListenAsync(Action<string, int> received, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            connection.Notification += (_, notice) =>
            {
                if (notice.Channel == ChangeNotice.Channel) received(notice.Payload, notice.PID);
            };
            // Behind a pooler the process of the handshake is not the server's.
            var isPooled = await connection.ScalarAsync<int>("SELECT pg_catalog.pg_backend_pid()", [], cancellationToken).ConfigureAwait(false)
                != connection.ProcessID;
            await connection.ExecuteAsync(Listen, cancellationToken).ConfigureAwait(false);
            return new Listening(connection, isPooled);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private sealed class Listening(NpgsqlConnection connection, bool isPooled) : INoticeConnection
    {
        public bool IsPooled => isPooled;

        public Task WaitAsync(CancellationToken cancellationToken) => connection.WaitAsync(cancellationToken);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
