using System.Text.Encodings.Web;
using System.Text.Json;
using Nexus.Errors;

namespace Nexus.Json;

/// <summary>One way of reading and writing JSON text everywhere in the library.</summary>
internal static class JsonText
{
    /// <inheritdoc cref="Validation.MaxDepth"/>
    public const int MaxDepth = Validation.MaxDepth;

    /// <summary>Compact, and text stays readable: the stores are no HTML page, so only what JSON demands is escaped.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The same for whole trees.</summary>
    public static readonly JsonSerializerOptions SerializerOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth + 1
    };

    public static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
}
