using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.Status;
using Nexus.Secrets;
using Nexus.Server.Settings;

namespace Nexus.Server.Observability;

/// <summary>Makes the running server visible to the command line: a socket and a file with its address in the data folder.</summary>
internal sealed partial class ServerPresence(ServerOptions options, IServer server, ILogger<ServerPresence> logger) : IHostedLifecycleService
{
    private readonly string _folder = options.Nexus.DataFolder;
    private ServerInfoFile? _file;

    /// <summary>Removes leftover sockets before the server listens, because an existing socket cannot be bound.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            DataFolder.Prepare(_folder);
            ServerSocket.RemoveLeftovers(_folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NexusConfigurationException(nameof(NexusOptions.DataFolder), $"{_folder} cannot be used: {error.Message}", error);
        }
        return Task.CompletedTask;
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (ServerSocket.PathIn(_folder) is { } socket) ServerSocket.Close(socket);
        else LogNoSocket(logger, _folder);
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(ServerUrls.IsPublic) is not { } url) return;
        try
        {
            _file = new ServerInfoFile(
                ServerUrls.Shown(url).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal),
                Environment.ProcessId);
            await _file.WriteAsync(_folder, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not a reason to stop: only nexus status needs it.
            LogNotWritten(logger, error, _folder);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _file?.RemoveAsync(_folder) ?? Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(3002, LogLevel.Warning, "The address of this server could not be written to {Folder}: nexus status will not find it")]
    private static partial void LogNotWritten(ILogger logger, Exception error, string folder);

    [LoggerMessage(3003, LogLevel.Warning, "The path of {Folder} is too long for a socket: nexus status and nexus outbox cannot reach this server")]
    private static partial void LogNoSocket(ILogger logger, string folder);
}
