using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Server.Api;

/// <summary>The key with every scope, for managing a new server.</summary>
internal static class AdminKey
{
    public const string FileName = "admin.key";
    public const string Variable = "NEXUS_ADMIN_KEY";

    private const int MinLength = 32;

    /// <summary>Returns the given key, or the key of the data folder, or a new key that is written there.</summary>
    /// <param name="given">The key of the environment, which is not stored.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The key, and the file that was created for it, if any.</returns>
    /// <exception cref="NexusConfigurationException">The key has an invalid length, or the file cannot be used.</exception>
    public static async Task<(string Key, string? CreatedFile)> LoadOrCreateAsync(string? given, string folder, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(given))
        {
            return IsOfAllowedLength(given)
                ? (given, null)
                : throw new NexusConfigurationException(
                    Variable, $"must have {MinLength} to {ApiKey.MaxLength} characters; unset it to have a key created");
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
            var kept = await SecretFile.ReadOwnAsync(file, cancellationToken);
            return IsOfAllowedLength(kept)
                ? (kept, null)
                : throw new NexusConfigurationException(file, "contains no key; delete the file to have a new key created");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NexusConfigurationException(file, $"the admin key cannot be read or written: {error.Message}", error);
        }
    }

    /// <summary>Returns the key if it can be read, and never creates one.</summary>
    /// <exception cref="NexusConfigurationException">Users other than its owner can access the file, or it is a link.</exception>
    public static async Task<string?> FindAsync(string? given, string folder, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(given)) return given;
        try
        {
            return await SecretFile.ReadOwnAsync(Path.Combine(folder, FileName), cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsOfAllowedLength(string key) => key.Length is >= MinLength and <= ApiKey.MaxLength;
}
