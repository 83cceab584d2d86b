using System.Text.Json;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Failover;

/// <summary>
/// Looks at a write that comes out of the outbox: the file may have been changed by someone without an encryption key. Nothing in plain text or
/// sealed for another place is replayed, and nothing that is never spooled.
/// </summary>
internal sealed class SpooledWriteCheck(Sealer sealer)
{
    /// <summary>The code of the quarantine.</summary>
    public const string Code = "not_sealed";

    private readonly DocumentSealer _documents = new(sealer);

    /// <summary>The ring that also authenticates the rows.</summary>
    public KeyRing Keys => sealer.Keys;

    /// <summary>Why the write must not be replayed; null for none.</summary>
    public string? FindFault(Write write)
    {
        if (write.SpoolRefusal is { } refusal) return $"{write.Key} cannot be changed through the outbox: {refusal}";
        foreach (var part in write.SealedParts())
        {
            if (Fault(part) is { } fault) return fault;
        }
        return null;
    }

    private string? Fault(SealedPart part)
    {
        try
        {
            if (part.Text is { } text) sealer.Open(part.Place, text);
            return part.Document is { } document && _documents.FindFault(part.Place, document.Span) is { } fault
                ? $"{part.Place}{fault.Pointer}: {fault.Reason}"
                : null;
        }
        catch (SecretUnreadableException error)
        {
            return error.Message;
        }
        catch (JsonException)
        {
            return $"{part.Place}: is not JSON";
        }
    }
}
