using System.Text;

namespace Nexus.Secrets;

/// <summary>The key that the embedded store makes for itself on first start, in its data folder.</summary>
internal static class KeyFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "nexus.key";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the key, or makes one where there is none. Starts that race for it come to the same key.</summary>
    /// <param name="folder">The data folder; made, open to its owner alone, where it does not exist.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NexusConfigurationException">Others than the owner can use the file, it cannot be used by this process, or it holds no key.</exception>
    public static async Task<(string Key, bool Created)> LoadOrCreateAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            CreateFolder(folder);
            var created = !File.Exists(path) && await TryCreateAsync(folder, path, cancellationToken).ConfigureAwait(false);
            return (await ReadAsync(path, cancellationToken).ConfigureAwait(false), created);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new NexusConfigurationException(FileName, $"{path} cannot be used: {e.Message}", e);
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// Writes the key beside its place, to the disk, and only then links it there, which fails where another start was first: whoever finds the file
    /// finds a whole key, after a crash too.
    /// </summary>
    private static async Task<bool> TryCreateAsync(string folder, string path, CancellationToken cancellationToken)
    {
        var draft = Path.Combine(folder, $".{FileName}.{Guid.NewGuid():N}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            var stream = new FileStream(draft, options);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(KeyRing.GenerateKey() + "\n"), cancellationToken).ConfigureAwait(false);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }
            File.Move(draft, path, overwrite: false);
            DirectorySync.Flush(folder);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        await using (stream.ConfigureAwait(false))
        {
            // Of the open file, not of the path: what is checked is what is read.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != UnixFileMode.None)
            {
                throw new NexusConfigurationException(FileName, $"{path} can be used by others than its owner, so its key may be known: run `chmod 600 {path}`");
            }
            var buffer = new byte[256];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            var key = Encoding.ASCII.GetString(buffer, 0, length).Trim();
            return KeyRing.IsKey(key)
                ? key
                : throw new NexusConfigurationException(FileName, $"{path} does not hold a key (32 bytes in base64, 44 characters); put it back from your backup, since what was sealed with it opens with nothing else");
        }
    }
}
