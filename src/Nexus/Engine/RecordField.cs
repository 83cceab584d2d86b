using Nexus.Secrets;

namespace Nexus.Engine;

/// <summary>What a field of a record holds, as the history of changes shows it.</summary>
internal enum RecordFieldKind
{
    /// <summary>A readable text.</summary>
    Text,

    /// <summary>A JSON document that may have sealed values inside.</summary>
    Document,

    /// <summary>One sealed value, which is never shown.</summary>
    Secret,

    /// <summary>A sealed JSON object of Nexus, of which the members that the field names are shown.</summary>
    SealedRecord,
}

/// <summary>A field of a record.</summary>
/// <param name="Name">As the HTTP API names it; empty where the document is the record.</param>
/// <param name="Text">The text, or the sealed value; null where there is none.</param>
/// <param name="Json">The document.</param>
/// <param name="Place">The place to which sealed values are bound.</param>
/// <param name="Shown">The members of a sealed record that are shown.</param>
internal sealed record RecordField(
    string Name, RecordFieldKind Kind, string? Text = null, ReadOnlyMemory<byte> Json = default, SealContext Place = default,
    IReadOnlyList<string>? Shown = null)
{
    public static RecordField Of(string name, string? text) => new(name, RecordFieldKind.Text, text);

    public static RecordField Secret(string name, SealContext place, string? ciphertext) =>
        new(name, RecordFieldKind.Secret, ciphertext, Place: place);

    public static RecordField Document(string name, SealContext place, ReadOnlyMemory<byte> json) =>
        new(name, RecordFieldKind.Document, Json: json, Place: place);
}
