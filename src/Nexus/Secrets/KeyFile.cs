using Nexus.Errors;

namespace Nexus.Secrets;

/// <summary>The key that the embedded store makes for itself on first start, in its data folder.</summary>
internal static class KeyFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "nexus.key";

    /// <summary>Reads the key, or makes one where there is none. Starts that race for it come to the same key.</summary>
    /// <param name="folder">The data folder; made, open to its owner alone, where it does not exist.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NexusConfigurationException">
    /// Others than the owner can use the file, it cannot be used by this process, or it holds no key.
    /// </exception>
    public static async Task<(string Key, bool Created)> LoadOrCreateAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            DataFolder.Prepare(folder);
            var created = !File.Exists(path) && await SecretFile.TryCreateAsync(path, KeyRing.GenerateKey(), cancellationToken).ConfigureAwait(false);
            return (await ReadAsync(path, cancellationToken).ConfigureAwait(false), created);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new NexusConfigurationException(FileName, $"{path} cannot be used: {e.Message}", e);
        }
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var key = await SecretFile.ReadOwnAsync(path, cancellationToken).ConfigureAwait(false);
        return KeyRing.IsKey(key)
            ? key
            : throw new NexusConfigurationException(FileName, $"{path} does not hold a key (32 bytes in base64, 44 characters); restore it from " +
                $"your backup, since no other key opens what was sealed with it");
    }
}
