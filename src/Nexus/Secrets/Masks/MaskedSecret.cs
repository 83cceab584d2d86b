namespace Nexus.Secrets;

/// <summary>
/// The stored values that one mask stands for: one, or several after the mask was sent for several places. Their number is the caller's choice, so
/// nothing is looked for among them anew for each mask that comes back.
/// </summary>
internal sealed class MaskedSecret(DocumentSealer documents)
{
    private readonly Dictionary<(SealContext Column, string Pointer), StoredSecret> _places = [];
    private StoredSecret? _first;
    private bool? _isOne;

    /// <summary>Adds a value that has the mask.</summary>
    /// <param name="column">Where it stands.</param>
    /// <param name="pointer">Where in the column.</param>
    /// <param name="value">As it is stored.</param>
    /// <param name="isPlanted">Whether it is plain text where only a sealed value may stand.</param>
    public void Add(SealContext column, string pointer, byte[] value, bool isPlanted)
    {
        IsPlanted |= isPlanted;
        var stored = new StoredSecret(column, pointer, value);
        _first ??= stored;
        _isOne = null;
        _places[(column, pointer)] = stored;
    }

    /// <summary>Whether one of them is plain text where only a sealed value may stand: something other than Nexus wrote it.</summary>
    public bool IsPlanted { get; private set; }

    /// <summary>The value at the place, or another that the mask stands for.</summary>
    public StoredSecret At(SealContext column, string pointer) => _places.GetValueOrDefault((column, pointer)) ?? _first!;

    /// <summary>Whether all of them hold the same text.</summary>
    public bool IsOne => _isOne ??= _places.Values.All(other => ReferenceEquals(other, _first) || documents.IsSameSecret(
        (_first!.Column, _first.Pointer, _first.Value), (other.Column, other.Pointer, other.Value)));
}

/// <summary>A secret of a stored record, as it is stored.</summary>
internal sealed record StoredSecret(SealContext Column, string Pointer, byte[] Value);
