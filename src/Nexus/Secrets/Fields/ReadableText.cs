using Nexus.Errors;

namespace Nexus.Secrets;

/// <summary>Texts that are stored readable and that others find records by: they must not look like a secret.</summary>
internal static class ReadableText
{
    /// <summary>As <see cref="Validation.Text"/>.</summary>
    public static string Required(string field, string value, int maxLength)
    {
        Validation.Text(field, value, maxLength);
        if (!SecretFields.IsSecretValue(value)) return value;
        throw new NexusValidationException(field,
            "looks like a secret, but this field is not encrypted: keep secrets in a session's apiKey, apiSecret or config");
    }

    public static string? Optional(string field, string? value, int maxLength) =>
        string.IsNullOrEmpty(value) ? null : Required(field, value, maxLength);
}
