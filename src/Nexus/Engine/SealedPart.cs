using Nexus.Secrets;

namespace Nexus.Engine;

/// <summary>A part of a write that holds sealed values: one sealed text, or a JSON document with sealed values inside.</summary>
/// <param name="Place">What the values are bound to.</param>
/// <param name="Text">The sealed text; null for a document.</param>
/// <param name="Document">The document; null for a text.</param>
internal readonly record struct SealedPart(SealContext Place, string? Text, ReadOnlyMemory<byte>? Document)
{
    public static SealedPart Of(SealContext place, ReadOnlyMemory<byte> document) => new(place, null, document);

    /// <summary>None where the field keeps what is stored, or clears it.</summary>
    public static IEnumerable<SealedPart> Of(SealContext place, SealedField field) =>
        field.IsKept || string.IsNullOrEmpty(field.Value) ? [] : [new SealedPart(place, field.Value, null)];

    /// <summary>None where the write leaves the document as it is.</summary>
    public static IEnumerable<SealedPart> Of(SealContext place, ReadOnlyMemory<byte>? document) => document is { } json ? [Of(place, json)] : [];
}
