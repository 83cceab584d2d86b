using System.Net.Sockets;
using System.Text;

namespace Nexus.Bench;

/// <summary>
/// One kept-alive HTTP/1.1 connection that does no more than a load generator must, since it shares the processors with the server.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly byte[] _answer = new byte[16 * 1024];
    private int _length;

    public Socket Socket { get; } = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public Task ConnectAsync(Uri server) => Socket.ConnectAsync(server.Host, server.Port);

    /// <summary>Sends a request, head and body in one.</summary>
    public void Send(ReadOnlySpan<byte> request)
    {
        _length = 0;
        if (Socket.Send(request) < request.Length) throw new IOException("the server does not read");
    }

    /// <summary>Reads the part of the response that has arrived.</summary>
    /// <returns>The status once the response is complete; null before.</returns>
    public int? Receive()
    {
        var read = Socket.Receive(_answer.AsSpan(_length));
        if (read == 0) throw new IOException("the server closed the connection");
        _length += read;
        var answer = _answer.AsSpan(0, _length);
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return null;
        var missing = head + 4 + ContentLength(answer[..head]) - _length;
        if (missing < 0) throw new IOException("received more bytes than the response has");
        return missing == 0 ? int.Parse(answer.Slice("HTTP/1.1 ".Length, 3)) : null;
    }

    public void Dispose() => Socket.Dispose();

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0) throw new IOException("the response has no length: " + Encoding.ASCII.GetString(head));
        var digits = head[(at + "Content-Length: ".Length)..];
        var end = digits.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? digits : digits[..end]);
    }
}
