using System.Net;
using System.Net.Sockets;

namespace Nexus.Operations.Alerts;

/// <summary>
/// Clients for URLs of the settings. The guard looks at the address that is connected to, after the name is resolved, so that a name cannot lead into
/// a private network later (https://owasp.org/www-community/attacks/Server_Side_Request_Forgery). Redirects are not followed.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private readonly Lazy<HttpClient> _public = new(() => Create(allowsPrivate: false));
    private readonly Lazy<HttpClient> _private = new(() => Create(allowsPrivate: true));

    public HttpClient Of(bool allowsPrivate) => allowsPrivate ? _private.Value : _public.Value;

    public void Dispose()
    {
        if (_public.IsValueCreated) _public.Value.Dispose();
        if (_private.IsValueCreated) _private.Value.Dispose();
    }

    private static HttpClient Create(bool allowsPrivate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = async (context, cancellationToken) =>
            {
                var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
                var allowed = allowsPrivate ? addresses : Array.FindAll(addresses, PublicAddress.IsPublic);
                if (allowed.Length == 0)
                    throw new HttpRequestException($"{context.DnsEndPoint.Host} has no public address; set allowPrivate to allow others");
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 64 * 1024 };
    }
}
