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
    public static async Task<KeyRing> LoadAsync(NexusOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var given = !string.IsNullOrWhiteSpace(options.Keys) || !string.IsNullOrWhiteSpace(options.EncryptionKey);
        if (given || options.UsesPostgres) return KeyRing.Parse(options.Keys, options.EncryptionKey);

        var (key, created) = await KeyFile.LoadOrCreateAsync(options.DataFolder, cancellationToken).ConfigureAwait(false);
        var ring = KeyRing.Parse(key, encryptionKey: null);
        if (created) LogKeyCreated(loggers.CreateLogger("Nexus.Secrets"), Path.Combine(options.DataFolder, KeyFile.FileName), ring.PrimaryId);
        return ring;
    }

    [LoggerMessage(1400, LogLevel.Warning, "No encryption key was given, so one was made: {File} (key id {KeyId}). Without this file the stored " +
        "exchange keys cannot be opened: back it up apart from the data")]
    private static partial void LogKeyCreated(ILogger logger, string file, string keyId);
}
