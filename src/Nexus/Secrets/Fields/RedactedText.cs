using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>
/// Free texts that are stored readable, such as why a trade was closed: a secret in them is masked for good, since a trade must never be lost for
/// one.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class RedactedText
{
    /// <summary>The text with each word that looks like a secret masked; the mask alone where only the whole text does.</summary>
    public static string? From(string? text)
    {
        if (text is null || !SecretFields.IsSecretValue(text)) return text;
        var redacted = new StringBuilder(text.Length);
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !char.IsWhiteSpace(text[i])) continue;
            var word = text[start..i];
            redacted.Append(SecretFields.IsSecretValue(word) ? Secret.Mask : word);
            if (i < text.Length) redacted.Append(text[i]);
            start = i + 1;
        }
        var result = redacted.ToString();
        return result.Length > text.Length || SecretFields.IsSecretValue(result) ? Secret.Mask : result;
    }
}
