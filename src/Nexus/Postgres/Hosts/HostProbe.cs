using Npgsql;

namespace Nexus.Postgres;

/// <summary>Asks a server.</summary>
/// <param name="source">Unpooled.</param>
internal sealed class HostProbe(NpgsqlDataSource source) : IHostProbe
{
    private NpgsqlConnection? _connection;

    public async Task<ServerLook> LookAsync(CancellationToken cancellationToken)
    {
        _connection ??= await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await ServerLook.ReadAsync(_connection, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask CloseAsync()
    {
        if (_connection is { } open) await open.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }
}
