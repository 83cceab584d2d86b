using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.Engine;

/// <summary>
/// Visits the parts of a record or a write that may hold secrets, and may replace them. Each row and each kind of write names its own parts, so that
/// a check, a search or a new encryption key needs to know none of them. By default every part stays as it is.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public abstract class SecretVisitor
{
    /// <summary>A JSON document that may have sealed values inside.</summary>
    /// <param name="place">The place to which they are bound.</param>
    /// <param name="json">The document as it is stored.</param>
    /// <returns>The document that replaces it; null if it stays.</returns>
    protected virtual byte[]? VisitDocument(SealContext place, ReadOnlySpan<byte> json) => null;

    /// <summary>A JSON document that must not hold a secret, such as the groups of a user.</summary>
    /// <param name="place">The place of the document.</param>
    /// <param name="json">The document as it is stored.</param>
    protected virtual void VisitPlainDocument(SealContext place, ReadOnlySpan<byte> json)
    {
    }

    /// <summary>A column that holds one sealed value.</summary>
    /// <param name="place">The place to which it is bound.</param>
    /// <param name="value">The value as it is stored, not empty.</param>
    /// <returns>The sealed value that replaces it; null if it stays.</returns>
    protected virtual string? VisitColumn(SealContext place, string value) => null;

    /// <summary>A setting that Nexus reserves for itself: one sealed record, which is never sealed in place.</summary>
    /// <param name="place">The place to which it is bound.</param>
    /// <param name="value">The value as it is stored.</param>
    /// <returns>The value that replaces it; null if it stays.</returns>
    protected virtual byte[]? VisitReserved(SealContext place, ReadOnlySpan<byte> value) => null;

    /// <summary>A readable text in which a secret may have been written by mistake, such as an exit reason.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="text">The text as it is stored.</param>
    /// <returns>The text that replaces it; null if it stays.</returns>
    protected virtual string? VisitText(string table, string column, string text) => null;

    /// <summary>A readable text that identifies something and so cannot be replaced, such as a symbol.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="text">The text as it is stored.</param>
    protected virtual void VisitName(string table, string column, string text)
    {
    }

    internal byte[]? Document(SealContext place, ReadOnlyMemory<byte>? json) => json is { } document ? VisitDocument(place, document.Span) : null;

    internal void PlainDocument(SealContext place, ReadOnlyMemory<byte>? json)
    {
        if (json is { } document) VisitPlainDocument(place, document.Span);
    }

    internal string? Column(SealContext place, string? value) => string.IsNullOrEmpty(value) ? null : VisitColumn(place, value);

    internal string? Column(SealContext place, SealedField field) => field.IsKept ? null : Column(place, field.Value);

    internal byte[]? Reserved(SealContext place, ReadOnlyMemory<byte> value) => VisitReserved(place, value.Span);

    internal string? Text(RecordTable table, string column, string? text) => text is null ? null : VisitText(table.Name, column, text);

    internal void Name(RecordTable table, string column, string? text)
    {
        if (text is not null) VisitName(table.Name, column, text);
    }
}
