using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Nexus.TestKit;

/// <summary>Which way bytes travel.</summary>
public enum Way
{
    /// <summary>From the program under test to the server.</summary>
    ToServer,

    /// <summary>From the server to the program under test.</summary>
    ToClient,
}

/// <summary>What to do with bytes that arrived.</summary>
public enum Verdict
{
    /// <summary>Pass them on.</summary>
    Pass,

    /// <summary>Pass them on, then break the connection on both sides.</summary>
    PassThenCut,

    /// <summary>Break the connection on both sides; the bytes are lost.</summary>
    Cut,

    /// <summary>Lose the bytes and say nothing.</summary>
    Drop,

    /// <summary>Pass them on and then tell the receiver that no more will come (FIN); the other way stays open.</summary>
    PassThenHalfClose,
}

/// <summary>A bad network between a program and a server: passes bytes until told to delay, hold, cut or lose them.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _host;
    private readonly int _targetPort;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Pair, Task> _pairs = new();
    private readonly Task _accepting;
    private TaskCompletionSource _flow = Opened();
    private long _toServer;
    private long _toClient;
    private long _connections;

    /// <summary>Listens on a free loopback port.</summary>
    public TcpProxy(string host, int port)
    {
        (_host, _targetPort) = (host, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where the program under test connects.</summary>
    public int Port { get; }

    /// <summary>How long bytes take, each way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>New connections are accepted and closed at once.</summary>
    public bool Refusing { get; set; }

    /// <summary>Decides over each chunk of bytes; null passes all. Called from several threads at once.</summary>
    public Func<Way, ReadOnlyMemory<byte>, Verdict>? Judge { get; set; }

    /// <summary>Bytes passed on so far.</summary>
    public long BytesToServer => Interlocked.Read(ref _toServer);

    /// <summary>Bytes passed on so far.</summary>
    public long BytesToClient => Interlocked.Read(ref _toClient);

    /// <summary>Connections accepted so far.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Connections open now.</summary>
    public int OpenConnections => _pairs.Count;

    /// <summary>Bytes stop flowing, as on a dead route: nothing is closed, nothing arrives.</summary>
    public void Hold()
    {
        if (_flow.Task.IsCompleted) _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Bytes flow again, first those that were held.</summary>
    public void Release() => _flow.TrySetResult();

    /// <summary>Breaks every open connection on both sides (RST).</summary>
    public void CutAll()
    {
        foreach (var pair in _pairs.Keys) pair.Cut();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        CutAll();
        await _accepting;
        await Task.WhenAll(_pairs.Values);
        _end.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_end.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            if (Refusing)
            {
                client.Close(0);
                continue;
            }
            Interlocked.Increment(ref _connections);
            var pair = new Pair(client);
            var start = new TaskCompletionSource();
            _pairs[pair] = ServeAsync(pair, start.Task);
            start.SetResult();
        }
    }

    private async Task ServeAsync(Pair pair, Task start)
    {
        await start; // The pair is on the list before it can leave it.
        try
        {
            await pair.Server.ConnectAsync(_host, _targetPort, _end.Token);
            await Task.WhenAll(PumpAsync(pair, pair.Client, pair.Server, Way.ToServer), PumpAsync(pair, pair.Server, pair.Client, Way.ToClient));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // A broken connection is what this is for.
        }
        finally
        {
            pair.Cut();
            _pairs.TryRemove(pair, out _);
        }
    }

    private async Task PumpAsync(Pair pair, Socket from, Socket to, Way way)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await from.ReceiveAsync(buffer, _end.Token)) > 0)
            {
                if (Delay > TimeSpan.Zero) await Task.Delay(Delay, _end.Token);
                await _flow.Task.WaitAsync(_end.Token);
                var verdict = Judge?.Invoke(way, buffer.AsMemory(0, count)) ?? Verdict.Pass;
                if (verdict is Verdict.Pass or Verdict.PassThenCut or Verdict.PassThenHalfClose)
                {
                    await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
                    Interlocked.Add(ref way == Way.ToServer ? ref _toServer : ref _toClient, count);
                }
                if (verdict is Verdict.Cut or Verdict.PassThenCut) pair.Cut();
                if (verdict is Verdict.PassThenHalfClose) break;
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            pair.Cut(); // Frees the other direction.
            throw;
        }
    }

    private sealed class Pair(Socket client)
    {
        public Socket Client { get; } = client;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        /// <summary>Closing without linger sends RST instead of FIN.</summary>
        public void Cut()
        {
            Client.Close(0);
            Server.Close(0);
        }
    }
}
