namespace Nexus.Storage.Embedded;

/// <summary>What only the store can check, because it depends on what is stored. Everything else was validated before.</summary>
internal static class EmbeddedLimits
{
    /// <summary>A document that was patched obeys the same limit as one that is saved.</summary>
    public static WriteOutcome? TooLargeAfterPatch(string field, ReadOnlyMemory<byte> merged) => merged.Length <= Validation.MaxDocumentBytes
        ? null
        : WriteOutcome.Failed(new NexusValidationException(field, $"must be at most {Validation.MaxDocumentBytes} bytes after the patch", tooLarge: true));
}
