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
    private JsonElement? _root;

    private StateJson(ReadOnlyMemory<byte> utf8, DocumentSealer? sealer, SealContext context) =>
        (Utf8, _sealer, _context) = (utf8, sealer, context);

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

    internal static StateJson FromStore(ReadOnlyMemory<byte> utf8, DocumentSealer sealer, SealContext context) => new(utf8, sealer, context);

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
    public override string ToString() => Encoding.UTF8.GetString(MaskedUtf8());

    /// <summary>The result of <see cref="ToString"/> as UTF-8.</summary>
    public byte[] MaskedUtf8() => _sealer is null ? DocumentSealer.Mask(Utf8.Span) : _sealer.Mask(_context, Utf8.Span);

    /// <summary>The result of <see cref="Reveal"/> as UTF-8.</summary>
    /// <exception cref="SecretUnreadableException">A sealed value cannot be opened with the configured keys.</exception>
    public byte[] RevealedUtf8() => _sealer is null ? Utf8.ToArray() : _sealer.Open(_context, Utf8.Span);

    /// <summary>The same with a mask in place of each value that cannot be opened, whose place is added to the list.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public byte[] RevealedUtf8(ICollection<string> unreadable) => _sealer is null ? Utf8.ToArray() : _sealer.Open(_context, Utf8.Span, unreadable);

    private JsonElement ParseMasked()
    {
        using var document = JsonDocument.Parse(MaskedUtf8(), new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth + 1 });
        return document.RootElement.Clone();
    }
}
