using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Nexus.Errors;
using Nexus.Server.Settings;

namespace Nexus.Server.Listening;

/// <summary>The Unix sockets that the server listens on for callers: leftovers are removed before, permissions are set after.</summary>
internal sealed class ListeningSockets(IReadOnlyList<string> paths, UnixFileMode mode) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var path in paths)
        {
            if (!File.Exists(path))
            {
                if (Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder)) throw Error($"the folder of unix:{path} does not exist");
                continue;
            }
            await RefuseUnlessAbandonedAsync(path, cancellationToken);
            Delete(path);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsWindows())
            foreach (var path in paths) File.SetUnixFileMode(path, mode);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A socket that accepts connections belongs to a running server; another kind of file belongs to somebody.</summary>
    private static async Task RefuseUnlessAbandonedAsync(string path, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            return;
        }
        catch (SocketException)
        {
            throw Error($"unix:{path} exists and is not an abandoned socket: remove the file or choose another path");
        }
        throw Error($"another process listens at unix:{path}");
    }

    /// <summary>
    /// The kernel refuses a connection to a regular file in the same way, so its length tells: a socket has none and is not readable.
    /// </summary>
    private static bool IsSocket(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Error($"the abandoned socket unix:{path} cannot be removed: {error.Message}");
        }
    }

    private static NexusConfigurationException Error(string message) => new("--urls", message);
}
