using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Errors;

namespace Nexus.Server.Listening;

/// <summary>
/// Looks at the files of the certificate every few seconds. A watcher of the file system would miss the links that Kubernetes and Certbot replace.
/// </summary>
internal sealed partial class CertificateReload(CertificateStore certificates, ILogger<CertificateReload> logger, TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? reported = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            try
            {
                if (await certificates.LoadAsync(stoppingToken)) LogReloaded(logger, certificates.ValidUntil);
                reported = null;
            }
            catch (NexusConfigurationException error)
            {
                // Between the replacement of the certificate and that of its key they do not belong together.
                if (error.Message != reported) LogKept(logger, error.Message, certificates.ValidUntil);
                reported = error.Message;
            }
        }
    }

    [LoggerMessage(3080, LogLevel.Information, "The TLS certificate was loaded again; it is valid until {Until:u}")]
    private static partial void LogReloaded(ILogger logger, DateTimeOffset until);

    [LoggerMessage(
        3081, LogLevel.Warning,
        "The changed TLS certificate is not used: {Reason}. The present one stays in use; it is valid until {Until:u}")]
    private static partial void LogKept(ILogger logger, string reason, DateTimeOffset until);
}
