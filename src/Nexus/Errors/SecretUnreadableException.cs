namespace Nexus.Errors;

/// <summary>A sealed value cannot be opened: its key is missing, it was truncated, or it belongs to another row or field.</summary>
public sealed class SecretUnreadableException : NexusException
{
    /// <summary>Creates the exception with the field and the key id, never the value.</summary>
    public SecretUnreadableException(string field, string? keyId, string reason, Exception? inner = null)
        : base("secret_unreadable", $"{field}: {reason}", inner) => (Field, KeyId) = (field, keyId);

    /// <summary>The place of the value, such as <c>sessions/12345/api_key</c>.</summary>
    public string Field { get; }

    /// <summary>The key id in the value; null if it has none.</summary>
    public string? KeyId { get; }
}
