using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nexus.Errors;
using Nexus.Server.Settings;

namespace Nexus.Server.Listening;

/// <summary>Configures where the server listens: ports with and without TLS, Unix sockets, and the socket in the data folder.</summary>
internal static class ServerListening
{
    /// <exception cref="NexusConfigurationException">An https address has no certificate.</exception>
    public static void AddListening(this WebApplicationBuilder builder, ServerOptions options, IReadOnlyList<ListenAddress> addresses)
    {
        builder.WebHost.UseUrls(ServerUrls.WithSocket(options, addresses));
        var sockets = addresses.Select(address => address.Socket).OfType<string>().ToList();
        if (sockets.Count > 0)
            builder.Services.AddSingleton<IHostedService>(_ => new ListeningSockets(sockets, options.SocketMode));
        if (!addresses.Any(address => address.IsTls)) return;
        var files = options.Tls ?? throw new NexusConfigurationException(
            "--urls", "has an https address, which needs a certificate: set --tls-certificate and --tls-key");
        var certificates = new CertificateStore(files);
        builder.Services.AddSingleton(certificates);
        builder.Services.AddHostedService<CertificateLoader>();
        builder.Services.AddHostedService<CertificateReload>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
        {
            // Kestrel wants a certificate before it listens; each connection gets the present one with its intermediates.
            https.ServerCertificateSelector = (_, _) => certificates.Context.TargetCertificate;
            https.OnAuthenticate = (_, tls) => (tls.ServerCertificateContext, tls.ServerCertificateSelectionCallback) = (certificates.Context, null);
        }));
    }

    /// <summary>Loads the certificate before the server listens, so that a wrong one refuses the start.</summary>
    private sealed class CertificateLoader(CertificateStore certificates) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => certificates.LoadAsync(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
