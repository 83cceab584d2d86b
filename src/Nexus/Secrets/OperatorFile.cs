using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>Reads small files that an operator names: settings and secrets.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class OperatorFile
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Reads a file on another thread, because opening a pipe that nobody writes to, or a file of a network disk that hangs, ends by no signal.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">No more is read; a file with more has one byte beyond it in the answer.</param>
    /// <param name="check">Called with the open file before it is read: the file that is checked is the one that is read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">It is a folder, cannot be read, or gives nothing for 10 seconds.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    public static async Task<byte[]> ReadAsync(string path, int maxBytes, Action<FileStream> check, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(check);
        if (Directory.Exists(path)) throw new IOException("it is a folder");
        try
        {
            return await Task.Run(() => ReadCoreAsync(path, maxBytes, check, cancellationToken), cancellationToken)
                .WaitAsync(Patience, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new IOException($"nothing could be read from it for {Patience.TotalSeconds:0} s; it may be a pipe that nobody writes to", error);
        }
    }

    /// <summary>
    /// Whether a path names an ordinary file, or nothing: opening a pipe waits for a writer, and no signal ends the wait. True where the system does
    /// not tell.
    /// </summary>
    /// <param name="path">The path.</param>
    public static bool IsOrdinary(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FileOwner.IsOrdinary(path);
    }

    private static async Task<byte[]> ReadCoreAsync(string path, int maxBytes, Action<FileStream> check, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        await using (stream.ConfigureAwait(false))
        {
            check(stream);
            var buffer = new byte[maxBytes + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return buffer[..length];
        }
    }
}
