namespace Nexus.Secrets;

/// <summary>Encryption keys for <see cref="NexusOptions.Keys"/>.</summary>
public static class NexusKeys
{
    /// <summary>
    /// A new random key of 32 bytes, as 44 characters of url-safe base64. Keep a backup apart from the database: without the key the sealed secrets
    /// are lost.
    /// </summary>
    /// <example><code>var options = new NexusOptions { Database = database, Keys = NexusKeys.Generate() };</code></example>
    public static string Generate() => KeyRing.GenerateKey();
}
