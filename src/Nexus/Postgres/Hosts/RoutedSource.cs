using Npgsql;

namespace Nexus.Postgres;

/// <summary>Connections for one use, to the host that is the primary now. With one host there is nothing to find.</summary>
internal sealed class RoutedSource : IAsyncDisposable
{
    private NpgsqlDataSource[] _sources;
    private readonly Func<int?, NpgsqlDataSource[]>? _build;
    private readonly HostRoute _route;
    private readonly PrimaryFence _fence;

    /// <param name="sources">One for each host.</param>
    /// <param name="hosts">Finds the primary among them; null with one host.</param>
    /// <param name="fence">Says when connections must not be used any more.</param>
    public RoutedSource(NpgsqlDataSource[] sources, PrimaryHosts? hosts, PrimaryFence fence) =>
        (_sources, _route, _fence) = (sources, new HostRoute(hosts, fence), fence);

    /// <param name="build">Makes the sources, one for each host: with the minimum that was asked for, or a lower one.</param>
    /// <inheritdoc cref="RoutedSource(NpgsqlDataSource[], PrimaryHosts, PrimaryFence)"/>
    public RoutedSource(Func<int?, NpgsqlDataSource[]> build, PrimaryHosts? hosts, PrimaryFence fence) : this(build(null), hosts, fence) =>
        _build = build;

    /// <summary>One host, without a fence.</summary>
    public RoutedSource(NpgsqlDataSource source) : this([source], null, new PrimaryFence())
    {
    }

    /// <summary>The settings of the first host, without the password.</summary>
    public string ConnectionString => _sources[0].ConnectionString;

    /// <inheritdoc cref="PrimaryFence.Epoch"/>
    public long Epoch => _fence.Epoch;

    /// <inheritdoc cref="PrimaryFence.Timeline"/>
    public int? Timeline => _fence.Timeline;

    /// <inheritdoc cref="HostRoute.Term"/>
    public PrimaryTerm Term => _route.Term;

    /// <inheritdoc cref="HostRoute.OpenAsync"/>
    public ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken) =>
        _route.OpenAsync((host, token) => _sources[host].OpenConnectionAsync(token), cancellationToken);

    /// <summary>The source of the host that is the primary now.</summary>
    public async Task<NpgsqlDataSource> LocateAsync(CancellationToken cancellationToken) =>
        _sources[await _route.FindAsync(cancellationToken).ConfigureAwait(false)];

    /// <summary>A server said that it takes no writes: closes the connections to it, and looks for the one that does.</summary>
    public void Leave()
    {
        Clear();
        _route.Doubt();
    }

    /// <summary>Closes idle connections now and the others when they are returned.</summary>
    public void Clear()
    {
        foreach (var source in _sources) source.Clear();
    }

    /// <summary>Keeps fewer connections while none is in use, and closes the others after 10 s. For the start, before the first is opened.</summary>
    /// <param name="least">Connections that stay open.</param>
    public async ValueTask RestWithAsync(int least)
    {
        if (_build is null) return;
        await DisposeAsync().ConfigureAwait(false);
        _sources = _build(least);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources) await source.DisposeAsync().ConfigureAwait(false);
    }
}
