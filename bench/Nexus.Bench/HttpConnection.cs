using System.Net.Sockets;
using System.Text;

namespace Nexus.Bench;

/// <summary>One kept-alive HTTP/1.1 connection that does no more than a load generator must, since it shares the processors with the server.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly byte[] _answer = new byte[16 * 1024];
    private NetworkStream _stream = null!;

    public async Task ConnectAsync(Uri server)
    {
        await _tcp.ConnectAsync(server.Host, server.Port);
        _stream = _tcp.GetStream();
    }

    /// <summary>Sends a request, head and body in one, and reads the whole answer.</summary>
    /// <returns>The status.</returns>
    public async Task<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        await _stream.WriteAsync(request);
        var length = 0;
        while (true)
        {
            var read = await _stream.ReadAsync(_answer.AsMemory(length));
            if (read == 0) throw new IOException("the server closed the connection");
            length += read;
            var head = _answer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (head >= 0 && length >= head + 4 + ContentLength(_answer.AsSpan(0, head))) return StatusOf(_answer);
        }
    }

    public void Dispose() => _tcp.Dispose();

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0) throw new IOException("an answer without a length: " + Encoding.ASCII.GetString(head));
        var digits = head[(at + 16)..];
        var end = digits.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? digits : digits[..end]);
    }

    private static int StatusOf(ReadOnlySpan<byte> answer) => int.Parse(answer.Slice(9, 3));
}
