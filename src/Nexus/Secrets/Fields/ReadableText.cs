using Nexus.Errors;

namespace Nexus.Secrets;

/// <summary>Texts that are stored readable and that others find records by: they must not look like a secret.</summary>
internal static class ReadableText
{
    /// <summary>As <see cref="Validation.OptionalText"/>.</summary>
    public static string? Optional(string field, string? value, int maxLength) =>
        string.IsNullOrEmpty(value) ? null : NoSecret(field, Validation.Text(field, value, maxLength));

    /// <summary>As <see cref="Validation.Label"/>.</summary>
    public static string Label(string field, string value, int maxLength) => NoSecret(field, Validation.Label(field, value, maxLength));

    /// <summary>As <see cref="Validation.Text"/>, for names by which stored records are found.</summary>
    public static string Stored(string field, string value, int maxLength) => NoSecret(field, Validation.Text(field, value, maxLength));

    /// <summary>As <see cref="Validation.OptionalLabel"/>.</summary>
    public static string? OptionalLabel(string field, string? value, int maxLength) =>
        string.IsNullOrEmpty(value) ? null : Label(field, value, maxLength);

    private static string NoSecret(string field, string value) => SecretFields.IsSecretValue(value)
        ? throw new NexusValidationException(field,
            "looks like a secret, but this field is not encrypted: keep secrets in a session's apiKey, apiSecret or config")
        : value;
}
