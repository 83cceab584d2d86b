using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Json;

/// <summary>Documents that a caller gives to be stored.</summary>
internal static class StateJsonSealing
{
    /// <summary>
    /// As <see cref="DocumentSealer.Accept"/>. Plain text where the store holds sealed values is refused in a document
    /// that was read from a store: sealing it would make another writer's text a secret of this record.
    /// </summary>
    public static byte[] AcceptState(this DocumentSealer documents, SealContext context, StateJson json, DocumentRules rules)
    {
        if (json.FindPlain() is not { } fault) return documents.Accept(context, json.Utf8.Span, rules);
        var field = fault.Pointer.Length == 0 ? rules.Field : $"{rules.Field}.{fault.Pointer[(fault.Pointer.LastIndexOf('/') + 1)..]}";
        throw new NexusValidationException(field, DocumentSealer.PlainStored);
    }
}
