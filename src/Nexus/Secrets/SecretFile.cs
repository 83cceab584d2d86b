using System.Text;

namespace Nexus.Secrets;

/// <summary>A file of one secret that is made once: whole, for its owner alone, and of many that make it in one instant the first one's stays.</summary>
internal static class SecretFile
{
    /// <summary>What the file and its drafts are made with.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Writes the secret beside its place, to the disk, and only then gives it its name: whoever finds the file finds all of it, after a crash too.
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
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0 };
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
}
