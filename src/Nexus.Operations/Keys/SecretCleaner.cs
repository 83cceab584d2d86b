using Nexus.Engine;
using Nexus.Secrets;

namespace Nexus.Operations.Keys;

/// <summary>
/// Finds secrets in plain text in one record or pending write, and creates the write that seals them; null if there is nothing to change.
/// </summary>
internal sealed class SecretCleaner(Sealer sealer, SecretScanOptions options)
{
    private readonly DocumentSealer _documents = new(sealer);

    /// <summary>A record of the store.</summary>
    /// <param name="row">The record.</param>
    /// <param name="counts">Counts what is found; null if the record was counted before.</param>
    public Write? Clean(IStateRow row, SecretScanCounts? counts) => row.ReplaceSecrets(new Visitor(_documents, options, counts));

    /// <summary>A pending write of the outbox.</summary>
    /// <param name="write">The write.</param>
    /// <param name="counts">Counts what is found.</param>
    public Write? Clean(Write write, SecretScanCounts counts) => write.ReplaceSecrets(new Visitor(_documents, options, counts));

    /// <summary>Reserved settings are never sealed in place: a planted API key would become valid.</summary>
    private sealed class Visitor(DocumentSealer documents, SecretScanOptions options, SecretScanCounts? counts) : SecretVisitor
    {
        protected override byte[]? VisitDocument(SealContext place, ReadOnlySpan<byte> json)
        {
            var scanned = documents.Scan(place, json, options.AcceptPlain);
            counts?.Add(place, scanned, options.AcceptPlain);
            return scanned.Json;
        }

        /// <summary>A legacy token is opened first. If no key opens it, it stays.</summary>
        protected override string? VisitColumn(SealContext place, string value)
        {
            if (Sealer.IsSealed(value)) return null;
            var ciphertext = "";
            var isSealed = options.AcceptPlain && documents.Sealer.TryAcceptLegacy(place, value, out ciphertext, out _);
            counts?.AddColumn(place, isSealed);
            return isSealed ? ciphertext : null;
        }

        protected override string? VisitText(string table, string column, string text)
        {
            if (!SecretFields.IsSecretValue(text)) return null;
            counts?.AddText(table, column, PlainSecretKind.Text, options.MaskTexts);
            return options.MaskTexts ? RedactedText.From(text) : null;
        }

        protected override void VisitName(string table, string column, string text)
        {
            if (SecretFields.IsSecretValue(text)) counts?.AddText(table, column, PlainSecretKind.Name, done: false);
        }
    }
}
