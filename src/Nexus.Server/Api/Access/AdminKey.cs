using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Server.Api;

/// <summary>The key with every scope that a new server is managed with.</summary>
internal static class AdminKey
{
    public const string FileName = "admin.key";
    public const string Variable = "NEXUS_ADMIN_KEY";

    private const int MinLength = 32;

    /// <summary>The given key, else the one kept in the data folder, else a new one, kept there.</summary>
    /// <param name="given">From the environment; it is not written down.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The key, and the file that was just made for it.</returns>
    /// <exception cref="NexusConfigurationException">The key is too short to be a secret, or the file cannot be used.</exception>
    public static async Task<(string Key, string? CreatedFile)> LoadOrCreateAsync(string? given, string folder, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(given))
        {
            return IsOfAllowedLength(given) ? (given, null) : throw new NexusConfigurationException(Variable, $"must have {MinLength} to {ApiKey.MaxLength} characters; leave it out to have a key made");
        }
        var file = Path.Combine(folder, FileName);
        try
        {
            if (!File.Exists(file))
            {
                DataFolder.Prepare(folder);
                var key = ApiKey.Generate();
                if (await SecretFile.TryCreateAsync(file, key, cancellationToken)) return (key, file);
            }
            var kept = await SecretFile.ReadAsync(file, cancellationToken);
            return IsOfAllowedLength(kept) ? (kept, null) : throw new NexusConfigurationException(file, "holds no key; remove it to have a new one made");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NexusConfigurationException(file, $"the admin key cannot be read or written there: {error.Message}", error);
        }
    }

    /// <summary>The key where it can be read, without making one.</summary>
    /// <exception cref="NexusConfigurationException">Others than its owner can use the file.</exception>
    public static async Task<string?> FindAsync(string? given, string folder, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(given)) return given;
        try
        {
            return await SecretFile.ReadAsync(Path.Combine(folder, FileName), cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsOfAllowedLength(string key) => key.Length is >= MinLength and <= ApiKey.MaxLength;
}
