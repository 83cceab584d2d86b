using Nexus.Engine;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Operations.Keys;

/// <summary>Reseals the values of a record under the first key of the ring. Values under that key stay.</summary>
internal sealed class Resealer(DocumentSealer documents) : SecretVisitor
{
    private SealContext _last;

    /// <summary>Table and row of the last record in which there was something to look at.</summary>
    public string Record => $"{_last.Table}/{_last.Row}";

    /// <summary>The write that reseals a record; null if all of it is under the first key already.</summary>
    /// <exception cref="SecretUnreadableException">A value cannot be opened. The record stays unchanged.</exception>
    public Write? Reseal(IStateRow row) => row.ReplaceSecrets(this);

    protected override byte[]? VisitDocument(SealContext place, ReadOnlySpan<byte> json)
    {
        _last = place;
        return documents.Reseal(place, json);
    }

    protected override byte[]? VisitReserved(SealContext place, ReadOnlySpan<byte> value) => VisitDocument(place, value);

    protected override string? VisitColumn(SealContext place, string value)
    {
        _last = place;
        return documents.Sealer.NeedsReseal(value) ? documents.Sealer.Reseal(place, value) : null;
    }
}
