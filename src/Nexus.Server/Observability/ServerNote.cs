using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Operations.Status;

namespace Nexus.Server.Observability;

/// <summary>Keeps the note by which <c>nexus status</c> finds this server in the data folder while the server listens.</summary>
internal sealed partial class ServerNote(ServerOptions options, IServer server, ILogger<ServerNote> logger) : IHostedLifecycleService
{
    private ServerFile? _note;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } url) return;
        try
        {
            _note = new ServerFile(url.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal), Environment.ProcessId);
            await _note.WriteAsync(options.Nexus.DataFolder, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Worth a line, not worth a stop: only nexus status misses it.
            LogNotWritten(logger, error, options.Nexus.DataFolder);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _note?.RemoveAsync(options.Nexus.DataFolder) ?? Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(3002, LogLevel.Warning, "No note of this server could be left in {Folder}: nexus status will not find it")]
    private static partial void LogNotWritten(ILogger logger, Exception error, string folder);
}
