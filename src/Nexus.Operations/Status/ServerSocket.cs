using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Operations.Status;

/// <summary>
/// The Unix socket in the data folder through which the command line connects to a running server. The admin key is sent only there: a port that
/// <c>server.json</c> names may belong to another program after a crash, while only the folder's owner can listen in the folder.
/// </summary>
public static class ServerSocket
{
    private const string Prefix = "nexus-";
    private const string Suffix = ".sock";

    /// <summary>The limit of the kernel, in bytes: https://man7.org/linux/man-pages/man7/unix.7.html.</summary>
    public const int MaxPathBytes = 107;

    private static readonly Uri Address = new("http://localhost/");

    /// <summary>The file name of a process's socket.</summary>
    public static string NameOf(int processId) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{processId}{Suffix}");

    /// <summary>The full path of this process's socket, or null if it is too long for a socket.</summary>
    public static string? PathIn(string folder)
    {
        var path = Path.Combine(Path.GetFullPath(folder), NameOf(Environment.ProcessId));
        return Encoding.UTF8.GetByteCount(path) <= MaxPathBytes ? path : null;
    }

    /// <summary>Removes the sockets that ended processes left behind, and one with this process's number from an earlier process.</summary>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}"))
        {
            var number = Path.GetFileName(file)[Prefix.Length..^Suffix.Length];
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)) continue;
            if (processId == Environment.ProcessId || !IsRunning(processId)) File.Delete(file);
        }
    }

    /// <summary>Restricts the socket to its owner.</summary>
    public static void Close(string path)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, SecretFile.OwnerOnly);
    }

    /// <summary>A client of the server that <paramref name="server"/> describes, or null if there is no socket.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="server">The content of its server.json.</param>
    /// <param name="patience">The longest wait for a response.</param>
    /// <exception cref="NexusConfigurationException">
    /// Users other than its owner can access the folder, so another user could listen there.
    /// </exception>
    public static HttpClient? Connect(string folder, ServerInfoFile server, TimeSpan patience)
    {
        var path = Path.Combine(Path.GetFullPath(folder), NameOf(server.ProcessId));
        if (!File.Exists(path)) return null;
        if (DataFolder.WhyUnsafe(folder) is { } reason) throw new NexusConfigurationException(nameof(NexusOptions.DataFolder), reason);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = Address, Timeout = patience };
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
