using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Connections for one use, to the host that is the primary now. With one host there is nothing to find.</summary>
internal sealed class RoutedSource : IAsyncDisposable
{
    private const int MaxAttempts = 3;

    private readonly NpgsqlDataSource[] _sources;
    private readonly PrimaryHosts? _hosts;
    private readonly PrimaryFence _fence;

    /// <param name="sources">One for each host.</param>
    /// <param name="hosts">Finds the primary among them; null with one host.</param>
    /// <param name="fence">Says when connections must not be used any more.</param>
    public RoutedSource(NpgsqlDataSource[] sources, PrimaryHosts? hosts, PrimaryFence fence) => (_sources, _hosts, _fence) = (sources, hosts, fence);

    /// <summary>One host, without a fence.</summary>
    public RoutedSource(NpgsqlDataSource source) : this([source], null, new PrimaryFence())
    {
    }

    /// <summary>The settings of the first host, without the password.</summary>
    public string ConnectionString => _sources[0].ConnectionString;

    /// <inheritdoc cref="PrimaryFence.Epoch"/>
    public long Epoch => _fence.Epoch;

    /// <inheritdoc cref="PrimaryFence.WhenMoved"/>
    public CancellationToken WhenMoved() => _fence.WhenMoved();

    /// <inheritdoc cref="PrimaryFence.Timeline"/>
    public int? Timeline => _fence.Timeline;

    /// <exception cref="NpgsqlException">No host is reachable and takes writes.</exception>
    /// <exception cref="StoreUnavailableException">The only reachable primary is fenced.</exception>
    public async ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken)
    {
        if (_hosts is null) return await _sources[0].OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var host = await _hosts.FindAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await _sources[host].OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (attempt < MaxAttempts && IsOfHost(error))
            {
                await _hosts.LeaveAsync(host, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The source of the host that is the primary now.</summary>
    public async Task<NpgsqlDataSource> LocateAsync(CancellationToken cancellationToken) =>
        _sources[_hosts is null ? 0 : await _hosts.FindAsync(cancellationToken).ConfigureAwait(false)];

    /// <summary>A server said that it takes no writes: closes the connections to it, and looks for the one that does.</summary>
    public void Leave()
    {
        Clear();
        _hosts?.Doubt();
    }

    /// <summary>Closes idle connections now and the others when they are returned.</summary>
    public void Clear()
    {
        foreach (var source in _sources) source.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources) await source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether another host may do better: this one cannot be reached, is starting or stopping, or takes no writes from here.</summary>
    private static bool IsOfHost(Exception error) => !PostgresErrors.IsTooManyConnections(error)
        && (PostgresErrors.IsWrongServer(error) || PostgresErrors.IsTransient(error) || PostgresErrors.IsConnectionLost(error));
}
