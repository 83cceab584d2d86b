using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Json;

/// <summary>One way of reading and writing JSON text everywhere in the library.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class JsonText
{
    /// <inheritdoc cref="Validation.MaxDepth"/>
    internal const int MaxDepth = Validation.MaxDepth;

    /// <summary>Compact, and text stays readable: the stores are no HTML page, so only what JSON demands is escaped.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The same for whole trees.</summary>
    internal static readonly JsonSerializerOptions SerializerOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth + 1
    };

    /// <summary>
    /// Documents as a store may hold them: something other than Nexus may have written a deeper one than is accepted. Neither reading nor writing
    /// them needs the stack.
    /// </summary>
    internal static readonly JsonDocumentOptions StoredOptions = new() { MaxDepth = int.MaxValue };

    /// <inheritdoc cref="StoredOptions"/>
    internal static readonly JsonReaderOptions StoredReaderOptions = new() { MaxDepth = int.MaxValue };

    /// <inheritdoc cref="StoredOptions"/>
    internal static readonly JsonWriterOptions StoredWriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = int.MaxValue,
    };

    /// <summary>Documents as the stores accept them: nested at most 64 deep, each name once in an object.</summary>
    public static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
}
