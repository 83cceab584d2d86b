using System.Text.Json.Serialization;
using Nexus.Secrets;

namespace Nexus.Operations.Keys;

/// <summary>The kind of place of a secret in plain text, which determines the remedy.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlainSecretKind>))]
public enum PlainSecretKind
{
    /// <summary>A value in a document that older versions did not recognise as a secret. Every scan seals it.</summary>
    [JsonStringEnumMemberName("field")]
    Field,

    /// <summary>
    /// A field that every version seals, such as the column <c>api_key</c>. Sealed only with <see cref="SecretScanOptions.AcceptPlain"/>.
    /// </summary>
    [JsonStringEnumMemberName("unexpected")]
    Unexpected,

    /// <summary>Free text. Masked only with <see cref="SecretScanOptions.MaskTexts"/>.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>A name, such as that of a property or a symbol. It stays until the record is changed or removed.</summary>
    [JsonStringEnumMemberName("name")]
    Name,
}
