namespace Nexus.Secrets;

/// <summary>
/// What is known about a stored document, so that one that is kept in memory is not searched for secrets each time it is read
/// (docs/benchmarks.md, "Over HTTP").
/// </summary>
/// <remarks>
/// Both facts follow from the bytes and the rules alone, not from the keys: a document without secrets has nothing that a key could open. Any thread
/// may write them, always with the same value.
/// </remarks>
internal sealed class DocumentFacts(ReadOnlyMemory<byte> document) : IEquatable<DocumentFacts>
{
    private volatile bool _hasNothingToMask;
    private volatile bool _hasNothingToOpen;

    /// <summary>Whether the masked document is the stored one.</summary>
    public bool HasNothingToMask
    {
        get => _hasNothingToMask;
        set => _hasNothingToMask = value;
    }

    /// <summary>Whether the document with its secrets in plain text is the stored one.</summary>
    public bool HasNothingToOpen
    {
        get => _hasNothingToOpen;
        set => _hasNothingToOpen = value;
    }

    /// <summary>Whether they are facts about these bytes: a copied record may have others.</summary>
    public bool AreAbout(ReadOnlyMemory<byte> utf8) => document.Equals(utf8);

    // They follow from the document, so that records with the same document are equal.
    public bool Equals(DocumentFacts? other) => other is not null;

    public override bool Equals(object? obj) => Equals(obj as DocumentFacts);

    public override int GetHashCode() => 0;
}
