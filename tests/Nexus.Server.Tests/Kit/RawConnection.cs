using System.Net.Sockets;
using System.Text;

namespace Nexus.Server.Tests.Kit;

/// <summary>A caller that speaks HTTP/1.1 byte by byte.</summary>
public sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly List<byte> _received = [];

    private RawConnection(TcpClient client) => (_client, _stream) = (client, client.GetStream());

    public static async Task<RawConnection> OpenAsync(string url, int? receiveBuffer = null)
    {
        var client = new TcpClient { NoDelay = true };
        if (receiveBuffer is { } size) client.ReceiveBufferSize = size;
        var address = new Uri(url);
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        return new RawConnection(client);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>The head of a request; the body follows with <see cref="SendAsync(ReadOnlyMemory{byte})"/>.</summary>
    public Task SendHeadAsync(string method, string path, string? key, params string[] headers) => SendAsync(
        string.Join(
            "\r\n",
            [
                $"{method} {path} HTTP/1.1", "Host: localhost", .. key is null ? Array.Empty<string>() : [$"Authorization: Bearer {key}"],
                .. headers, "", ""
            ]));

    /// <summary>Reads one answer: its status, its head and its body, with chunks put together.</summary>
    /// <param name="isHead">The request was HEAD: no body follows.</param>
    public async Task<(int Status, string Head, string Body)> ReadAnswerAsync(bool isHead = false)
    {
        int end;
        while ((end = Text().IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0) await ReceiveAsync();
        var head = Text()[..end];
        var body = "";
        _received.RemoveRange(0, end + 4);
        var status = int.Parse(head.Split(' ')[1]);
        if (isHead || status is 204 or 304) return (status, head, body);
        if (Header(head, "Content-Length") is { } length) body = await TakeAsync(int.Parse(length));
        else if (Header(head, "Transfer-Encoding") is not null)
        {
            while (true)
            {
                int line;
                while ((line = Text().IndexOf("\r\n", StringComparison.Ordinal)) < 0) await ReceiveAsync();
                var size = Convert.ToInt32(Text()[..line], 16);
                _received.RemoveRange(0, line + 2);
                var chunk = await TakeAsync(size);
                await TakeAsync(2);
                if (size == 0) break;
                body += chunk;
            }
        }
        return (status, head, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body)));
    }

    /// <summary>Whether the server ended the connection within the time.</summary>
    public async Task<bool> EndsAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await _stream.ReadAsync(buffer, limit.Token) > 0)
            {
                // What comes before the end does not matter.
            }
            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public static string? Header(string head, string name) =>
        head.Split("\r\n").Skip(1).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..]
            .Trim();

    public void Dispose() => _client.Dispose();

    private string Text() => Encoding.Latin1.GetString([.. _received]);

    private async Task<string> TakeAsync(int length)
    {
        while (_received.Count < length) await ReceiveAsync();
        var text = Encoding.Latin1.GetString([.. _received.Take(length)]);
        _received.RemoveRange(0, length);
        return text;
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var taken = await _stream.ReadAsync(buffer, patience.Token);
        if (taken == 0) throw new IOException($"the server ended the connection after: {Text()}");
        _received.AddRange(buffer[..taken]);
    }
}
