using Microsoft.Extensions.Logging;
using Nexus.Errors;

namespace Nexus.Secrets;

/// <summary>Where the key ring comes from.</summary>
internal static partial class EncryptionKeys
{
    /// <summary>
    /// The keys of the settings. Without any, the embedded store makes one on first start and says so; a PostgreSQL store refuses, since
    /// other instances would not know the key.
    /// </summary>
    /// <exception cref="NexusConfigurationException">No key, or an unusable one.</exception>
    /// <param name="keys">The key ring; the first key seals.</param>
    /// <param name="encryptionKey">The legacy's Fernet key.</param>
    /// <param name="folder">Where the embedded store keeps its own key; null for PostgreSQL.</param>
    /// <param name="loggers">Told of a key that was made.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<KeyRing> LoadAsync(string? keys, string? encryptionKey, string? folder, ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var given = !string.IsNullOrWhiteSpace(keys) || !string.IsNullOrWhiteSpace(encryptionKey);
        if (given || folder is null) return KeyRing.Parse(keys, encryptionKey);

        var (key, created) = await KeyFile.LoadOrCreateAsync(folder, cancellationToken).ConfigureAwait(false);
        var ring = KeyRing.Parse(key, encryptionKey: null);
        if (created) LogKeyCreated(loggers.CreateLogger("Nexus.Secrets"), Path.Combine(folder, KeyFile.FileName), ring.PrimaryId);
        return ring;
    }

    [LoggerMessage(1400, LogLevel.Warning,
        "No encryption key was configured, so one was generated: {File} (key id {KeyId}). Without this file the stored " +
        "exchange keys cannot be opened: back it up separately from the data")]
    private static partial void LogKeyCreated(ILogger logger, string file, string keyId);
}
