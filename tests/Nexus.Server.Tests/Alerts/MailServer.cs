using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nexus.Server.Tests.Alerts;

/// <summary>Takes mail on loopback: as much of RFC 5321 as a client needs.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public MailServer()
    {
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Mails { get; } = [];

    /// <summary>What RCPT TO is answered.</summary>
    public string RecipientReply { get; set; } = "250 ok";

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await ReplyAsync("220 stand-in");
        while (await reader.ReadLineAsync() is { } line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await ReplyAsync("250-stand-in\r\n250 8BITMIME");
                    break;
                case "RCPT":
                    await ReplyAsync(RecipientReply);
                    break;
                case "DATA":
                    await ReplyAsync("354 go on");
                    var mail = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } text && text != ".") mail.Append(text).Append('\n');
                    Mails.Enqueue(mail.ToString());
                    await ReplyAsync("250 taken");
                    break;
                case "QUIT":
                    await ReplyAsync("221 bye");
                    return;
                default:
                    await ReplyAsync("250 ok");
                    break;
            }
        }

        async Task ReplyAsync(string reply) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"{reply}\r\n"));
    }
}
