using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>
/// A file of one secret that is made once: whole, for its owner alone, and of many that make it in one instant the first one's stays.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class SecretFile
{
    /// <summary>No secret is longer, in bytes; what follows is not read.</summary>
    private const int MaxLength = 1024;

    /// <summary>The largest secret file that an operator provides, in bytes.</summary>
    private const int MaxProvidedLength = 64 * 1024;

    /// <summary>What the file and its drafts are made with.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string NotOrdinary = "is not an ordinary file, but a pipe, socket or device: put the file itself there";

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the secret, without the white space around it.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NexusConfigurationException">
    /// Others than its owner can use the file, or its owner is neither this process's user nor root.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await OperatorFile.ReadAsync(
            path, MaxLength - 1, stream => RefuseUnlessPrivate(path, stream.SafeFileHandle), cancellationToken).ConfigureAwait(false);
        return Encoding.ASCII.GetString(bytes).Trim();
    }

    /// <summary>
    /// As <see cref="ReadAsync"/>, for a file that Nexus made in its data folder. A link is refused: what it names may be in a folder whose files
    /// others replace.
    /// </summary>
    /// <param name="path">Its place.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NexusConfigurationException">As there, or it is a symbolic link or no ordinary file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    public static Task<string> ReadOwnAsync(string path, CancellationToken cancellationToken)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new NexusConfigurationException(Path.GetFileName(path), $"{path} is a symbolic link, and others may be able to replace what it "
                + "names: put the file itself there; a key that is kept elsewhere has a setting of its own");
        }
        return Directory.Exists(path) || FileOwner.IsOrdinary(path) ? ReadAsync(path, cancellationToken)
            : throw new NexusConfigurationException(Path.GetFileName(path), $"{path} {NotOrdinary}");
    }

    /// <summary>
    /// Reads a secret that an operator or a service manager provides, without the white space around it. Only its owner may have access to the file;
    /// its group may read it if it belongs to root. This is the rule of PostgreSQL for private keys:
    /// https://www.postgresql.org/docs/current/ssl-tcp.html#SSL-SETUP.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="NexusConfigurationException">
    /// The file is accessible to others, belongs to another user, is empty, is larger than 64 KiB or has more than one line. The setting of the error
    /// is the path.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    public static async Task<string> ReadProvidedAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = await OperatorFile.ReadAsync(
            path, MaxProvidedLength, stream => RefuseUnlessProtected(path, stream.SafeFileHandle), cancellationToken).ConfigureAwait(false);
        if (bytes.Length > MaxProvidedLength) throw new NexusConfigurationException(path, $"must have at most {MaxProvidedLength} bytes");
        var secret = Encoding.UTF8.GetString(bytes).Trim().TrimStart('\uFEFF');
        if (secret.Length == 0) throw new NexusConfigurationException(path, "must not be empty");
        return secret.Any(char.IsControl) ? throw new NexusConfigurationException(path, "must be one line without control characters") : secret;
    }

    /// <summary>
    /// Writes the secret to a temporary file on disk and only then gives it its final name, so that the file is always complete, also after a crash.
    /// </summary>
    /// <param name="path">Its place, in a folder that exists.</param>
    /// <param name="secret">One line of ASCII.</param>
    /// <param name="cancellationToken">Gives up, with nothing left behind.</param>
    /// <returns>False when another made the file first: then that one's secret holds.</returns>
    /// <exception cref="IOException">The file cannot be made there.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not make it there.</exception>
    public static async Task<bool> TryCreateAsync(string path, string secret, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        try
        {
            var stream = new FileStream(draft, options);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(secret + "\n"), cancellationToken).ConfigureAwait(false);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }
            var isFirst = FileNames.TryAdd(draft, path);
            // By the later ones as well: what they seal with the first one's secret may be on the disk before it has brought the name there.
            FileNames.Flush(folder);
            return isFirst;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Refuses a file with a secret by the rule of <see cref="ReadProvidedAsync"/>, for files that another library reads.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="NexusConfigurationException">
    /// The file is accessible to others, belongs to another user or is no ordinary file.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    public static void RefuseUnlessProtected(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path) && !FileOwner.IsOrdinary(path)) throw new NexusConfigurationException(path, NotOrdinary);
        using var file = File.OpenHandle(path);
        RefuseUnlessProtected(path, file);
    }

    private static void RefuseUnlessProtected(string path, SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows()) return;
        if (!FileOwner.IsTrusted(file))
            throw new NexusConfigurationException(path, "belongs to another user, who can read and replace it: change its owner with chown");
        var refused = FileOwner.IsRoots(file) ? Others & ~UnixFileMode.GroupRead : Others;
        if ((File.GetUnixFileMode(file) & refused) != UnixFileMode.None)
        {
            throw new NexusConfigurationException(
                path, "is accessible to users other than its owner, so its secret may be known: allow only its owner with `chmod 400`, or its group "
                    + "with `chmod 440` if it belongs to root");
        }
    }

    private static void RefuseUnlessPrivate(string path, SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows()) return;
        var name = Path.GetFileName(path);
        if ((File.GetUnixFileMode(file) & Others) != UnixFileMode.None)
        {
            throw new NexusConfigurationException(
                name, $"{path} is accessible to users other than its owner, so its secret may be known: run `chmod 600 {path}`");
        }
        if (!FileOwner.IsTrusted(file))
        {
            throw new NexusConfigurationException(
                name, $"{path} belongs to another user, who can read and replace it: run `chown $(id -u) {path}` once you trust its content");
        }
    }
}
