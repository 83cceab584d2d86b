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
        var finder = new FaultFinder(_documents);
        write.ReplaceSecrets(finder);
        return finder.Fault;
    }

    /// <summary>Keeps the first fault.</summary>
    private sealed class FaultFinder(DocumentSealer documents) : SecretVisitor
    {
        public string? Fault { get; private set; }

        protected override byte[]? VisitDocument(SealContext place, ReadOnlySpan<byte> json)
        {
            VisitPlainDocument(place, json);
            return null;
        }

        protected override byte[]? VisitReserved(SealContext place, ReadOnlySpan<byte> value) => VisitDocument(place, value);

        protected override void VisitPlainDocument(SealContext place, ReadOnlySpan<byte> json)
        {
            if (Fault is not null) return;
            try
            {
                if (documents.FindFault(place, json) is { } fault) Fault = $"{place}{fault.Pointer}: {fault.Reason}";
            }
            catch (SecretUnreadableException error)
            {
                Fault = error.Message;
            }
            catch (JsonException)
            {
                Fault = $"{place}: is not JSON";
            }
        }

        protected override string? VisitColumn(SealContext place, string value)
        {
            if (Fault is not null) return null;
            try
            {
                documents.Sealer.Open(place, value);
            }
            catch (SecretUnreadableException error)
            {
                Fault = error.Message;
            }
            return null;
        }
    }
}
