using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.Json;

/// <summary>
/// A JSON document that does not show its secrets. It is kept as UTF-8 bytes, with sealed values if it was read from a store.
/// </summary>
/// <remarks>Parsing is the largest cost of loading (docs/benchmarks.md), so documents are parsed on first use.</remarks>
[System.Text.Json.Serialization.JsonConverter(typeof(StateJsonConverter))]
public sealed class StateJson
{
    /// <summary>The empty object.</summary>
    public static StateJson EmptyObject { get; } = new("{}"u8.ToArray(), null, default);

    private const string NeedsReflection = "Use the overload with JsonTypeInfo in trimmed and natively compiled programs.";

    private readonly DocumentSealer? _sealer;
    private readonly SealContext _context;
    private readonly DocumentFacts? _facts;
    private JsonElement? _root;

    private StateJson(ReadOnlyMemory<byte> utf8, DocumentSealer? sealer, SealContext context, DocumentFacts? facts = null) =>
        (Utf8, _sealer, _context, _facts) = (utf8, sealer, context, facts);

    /// <summary>Creates a document from JSON text. It is validated when it is saved.</summary>
    /// <example><code>var config = StateJson.Parse("""{"mode":"PILOT"}""");</code></example>
    public static StateJson Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new StateJson(Encoding.UTF8.GetBytes(json), null, default);
    }

    /// <summary>Creates a document from UTF-8 JSON. It is validated when it is saved.</summary>
    public static StateJson Parse(ReadOnlyMemory<byte> utf8) => new(utf8, null, default);

    /// <summary>Serialises an object as the document with generated code, which also works in trimmed and natively compiled programs.</summary>
    public static StateJson From<T>(T value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new StateJson(JsonSerializer.SerializeToUtf8Bytes(value, type), null, default);
    }

    /// <summary>Serialises an object as the document, by reflection.</summary>
    [RequiresUnreferencedCode(NeedsReflection)]
    [RequiresDynamicCode(NeedsReflection)]
    public static StateJson From<T>(T value, JsonSerializerOptions? options = null) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, options), null, default);

    /// <param name="utf8">The document as it is stored.</param>
    /// <param name="sealer">Opens and masks its secrets.</param>
    /// <param name="context">Its place.</param>
    /// <param name="facts">What is known about the document; null for nothing. Facts about another document are ignored.</param>
    internal static StateJson FromStore(ReadOnlyMemory<byte> utf8, DocumentSealer sealer, SealContext context, DocumentFacts? facts = null) =>
        new(utf8, sealer, context, facts?.AreAbout(utf8) == true ? facts : null);

    /// <summary>Plain text in place of a sealed value, in a document that was read from a store; null where there is none.</summary>
    internal SealFault? FindPlain() => _sealer?.FindPlain(_context, Utf8.Span);

    /// <summary>The bytes as held: sealed where the document was read from a store.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>The document for reading single fields; secret fields show the mask.</summary>
    public JsonElement Root => _root ??= ParseMasked();

    /// <summary>The whole document with its secrets in plain text.</summary>
    /// <exception cref="SecretUnreadableException">A sealed value cannot be opened with the configured keys.</exception>
    public string Reveal() => Encoding.UTF8.GetString(RevealedUtf8());

    /// <summary>
    /// The whole document with a mask in place of each secret. A mask of a document that was read from a store carries a tag, so that it can be saved
    /// again anywhere in the same record and stands for the same secret.
    /// </summary>
    public override string ToString() => Encoding.UTF8.GetString(Masked().Span);

    /// <summary>The result of <see cref="ToString"/> as UTF-8.</summary>
    public byte[] MaskedUtf8() => Mask() ?? Utf8.ToArray();

    /// <summary>The same without a copy where the document has no secret.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public ReadOnlyMemory<byte> Masked() => Mask() ?? Utf8;

    /// <summary>The result of <see cref="Reveal"/> as UTF-8.</summary>
    /// <exception cref="SecretUnreadableException">A sealed value cannot be opened with the configured keys.</exception>
    public byte[] RevealedUtf8() => _sealer is null ? Utf8.ToArray() : _sealer.Open(_context, Utf8.Span);

    /// <summary>
    /// The same with a mask in place of each value that cannot be opened, whose place is added to the list; without a copy where nothing is sealed.
    /// </summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public ReadOnlyMemory<byte> Revealed(ICollection<string> unreadable)
    {
        if (_sealer is null || _facts?.HasNothingToOpen == true) return Utf8;
        if (_sealer.Open(_context, Utf8.Span, unreadable) is { } opened) return opened;
        _facts?.HasNothingToOpen = true;
        return Utf8;
    }

    /// <summary>Null where the document has no secret.</summary>
    private byte[]? Mask()
    {
        if (_sealer is null) return DocumentSealer.Mask(Utf8.Span);
        if (_facts?.HasNothingToMask == true) return null;
        var masked = _sealer.MaskSecrets(_context, Utf8.Span);
        if (masked is null) _facts?.HasNothingToMask = true;
        return masked;
    }

    private JsonElement ParseMasked()
    {
        using var document = JsonDocument.Parse(Masked(), new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth + 1 });
        return document.RootElement.Clone();
    }
}
