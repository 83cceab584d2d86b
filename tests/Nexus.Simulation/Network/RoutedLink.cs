using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Postgres;

namespace Nexus.Simulation;

/// <summary>
/// The way of one process to whichever of two servers is the primary. What decides is real: <see cref="PrimaryHosts"/>, <see cref="PrimaryFence"/>,
/// <see cref="HostRoute"/>, <see cref="PrimaryTerm"/>. Only the look at a server is one round trip of the model.
/// </summary>
internal sealed class RoutedLink : IModelLink
{
    private readonly IReadOnlyList<SimulatedLink> _links;
    private readonly PrimaryFence _fence;
    private readonly FenceParts _parts;
    private readonly TimeProvider _clock;
    private readonly HostRoute _route;
    private readonly (int Generation, long Epoch)?[] _pooled;
    private readonly Action<int?, bool> _seen;
    private bool _isAdopted;

    /// <param name="links">One to each server.</param>
    /// <param name="fence">Keeps old primaries out.</param>
    /// <param name="parts">The seams.</param>
    /// <param name="clock">The clock of the process.</param>
    /// <param name="seen">Called with the highest timeline that was seen, and whether it outlives the process.</param>
    public RoutedLink(IReadOnlyList<SimulatedLink> links, PrimaryFence fence, FenceParts parts, TimeProvider clock,
        Action<int?, bool> seen)
    {
        (_links, _fence, _parts, _clock, _seen) = (links, fence, parts, clock, seen);
        _pooled = new (int, long)?[links.Count];
        fence.Raised += () => seen(fence.Timeline, _isAdopted);
        _route = new HostRoute(
            new PrimaryHosts("pair", [.. links.Select((link, n) => new HostLooker($"db{n}", new Probe(link, parts, fence)))], fence,
                needsWritable: true, clock, NullLogger.Instance),
            fence);
    }

    public object Session => this;

    public int Generation => 0;

    public long Epoch => _fence.Epoch;

    public CancellationToken WhenEnded() => _fence.Term.WhenEnded();

    public async Task AdoptAsync(CancellationToken cancellationToken)
    {
        await _fence.AdoptAsync(cancellationToken).ConfigureAwait(false);
        _isAdopted = true;
        _seen(_fence.Timeline, true);
    }

    /// <summary>As the pool of connections: one that was opened for an earlier primary is not given.</summary>
    public async Task<IModelLink> OpenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var term = _route.Term;
            var host = await _route.OpenAsync(ConnectAsync, cancellationToken).ConfigureAwait(false);
            if (term.IsCurrent) return new Connection(this, _links[host], term);
        }
    }

    /// <summary>As a read: what it returned does not count after a newer primary was seen.</summary>
    public async Task<T> CallAsync<T>(string label, Func<ModelServer, Task<T>> atServer, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var result = await connection.CallAsync(label, atServer, cancellationToken).ConfigureAwait(false);
            connection.ThrowIfReplaced();
            return result;
        }
        catch (Exception error) when (PostgresErrors.IsWrongServer(error))
        {
            Leave();
            throw;
        }
    }

    public async Task<Action> ListenAsync(Action<string, int> received, Action broken, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.ListenAsync(received, broken, cancellationToken).ConfigureAwait(false);
    }

    public void Post(string label, Action<ModelServer> atServer) =>
        throw new NotSupportedException("a message without a response needs a connection");

    public void Leave()
    {
        Array.Clear(_pooled);
        _route.Doubt();
    }

    private async ValueTask<int> ConnectAsync(int host, CancellationToken cancellationToken)
    {
        var link = _links[host];
        // An idle connection, which is not judged again.
        if (_pooled[host] == (link.Generation, _fence.Epoch)) return host;
        var generation = link.Generation;
        ServerLook look;
        try
        {
            look = await LookAsync(link, _parts, _fence, cancellationToken).WaitAsync(HostLooker.Limit, _clock, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw ModelErrors.NotAccepted();
        }
        await HostRoute.AdmitAsync(_fence, look, $"db{host}", isOneOfSeveral: true).ConfigureAwait(false);
        _seen(_fence.Timeline, _isAdopted);
        _pooled[host] = (generation, _fence.Epoch);
        return host;
    }

    private static async Task<ServerLook> LookAsync(SimulatedLink link, FenceParts parts, PrimaryFence fence, CancellationToken cancellationToken) =>
        parts.Read(await link.CallAsync("look", server => Task.FromResult(server.Look), cancellationToken).ConfigureAwait(false), fence);

    private sealed class Probe(SimulatedLink link, FenceParts parts, PrimaryFence fence) : IHostProbe
    {
        public Task<ServerLook> LookAsync(CancellationToken cancellationToken) => RoutedLink.LookAsync(link, parts, fence, cancellationToken);

        public ValueTask CloseAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A connection to one server.</summary>
    private sealed class Connection(RoutedLink routed, SimulatedLink link, PrimaryTerm term) : IModelLink
    {
        private readonly int _generation = link.Generation;

        public object Session => link;

        public int Generation => link.Generation;

        public long Epoch => term.Epoch;

        public Task<T> CallAsync<T>(string label, Func<ModelServer, Task<T>> atServer, CancellationToken cancellationToken) =>
            link.Generation != _generation
                ? Task.FromException<T>(ModelErrors.Broken())
                : link.CallAsync(
                    label,
                    server => server.IsStandby
                        ? throw ModelErrors.Refused(Npgsql.PostgresErrorCodes.ReadOnlySqlTransaction)
                        : atServer(server),
                    cancellationToken);

        public Task<Action> ListenAsync(Action<string, int> received, Action broken, CancellationToken cancellationToken) =>
            link.ListenAsync(received, broken, cancellationToken);

        public void Post(string label, Action<ModelServer> atServer)
        {
            if (link.Generation == _generation) link.Post(label, atServer);
        }

        public void ThrowIfReplaced()
        {
            if (routed._parts.ChecksResponses) term.ThrowIfReplaced();
        }

        public void Leave() => routed.Leave();
    }
}

/// <summary>The seams between the fence and the servers, which planted defects replace.</summary>
internal class FenceParts
{
    /// <summary>What a server says of itself.</summary>
    public virtual ServerLook Read(ServerLook look, PrimaryFence fence) => look;

    /// <summary>Whether responses are dropped that arrive after a newer primary was seen.</summary>
    public virtual bool ChecksResponses => true;

    /// <summary>Whether the highest timeline outlives the process.</summary>
    public virtual bool Remembers => true;
}
