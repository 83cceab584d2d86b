using System.Diagnostics;

namespace Nexus.Bench;

/// <summary>
/// One caller of the HTTP benchmark: alternates reads and saves of its sessions on a separate connection. Each save has new content.
/// </summary>
internal sealed class HttpCaller : IDisposable
{
    private readonly int[] _sessions;
    private readonly byte[][] _requests;
    private readonly List<long> _latencies = new(4096);
    private int _turn;
    private long _sent;

    /// <param name="server">The server to connect to.</param>
    /// <param name="apiKey">The API key to send.</param>
    /// <param name="sessions">The sessions: those at even positions are read, those at odd positions are saved.</param>
    public HttpCaller(Uri server, string apiKey, params int[] sessions)
    {
        _sessions = sessions;
        _requests = [.. sessions.Select((session, i) =>
            i % 2 == 0 ? HttpRequests.Get(server, apiKey, session) : HttpRequests.Put(server, apiKey, session))];
    }

    public HttpConnection Connection { get; } = new();

    /// <summary>The duration of each response in stopwatch ticks since <see cref="Forget"/>.</summary>
    public IReadOnlyList<long> Latencies => _latencies;

    /// <summary>The session that it saved last, with the revision of its config.</summary>
    public (int Session, int Revision) LastSave { get; private set; }

    public void Forget() => _latencies.Clear();

    public void SendNext()
    {
        var request = _requests[_turn % _requests.Length];
        if (_turn % 2 != 0) LastSave = (_sessions[_turn % _sessions.Length], Workload.SetRevision(request, _turn));
        _turn++;
        _sent = Stopwatch.GetTimestamp();
        Connection.Send(request);
    }

    /// <summary>Reads the bytes that have arrived.</summary>
    /// <returns>Whether the response is complete.</returns>
    public bool Receive()
    {
        if (Connection.Receive() is not { } status) return false;
        if (status is not (200 or 201)) throw new InvalidOperationException($"status {status}");
        _latencies.Add(Stopwatch.GetTimestamp() - _sent);
        return true;
    }

    public void Dispose() => Connection.Dispose();
}
