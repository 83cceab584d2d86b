namespace Nexus.Secrets;

/// <summary>A recovery phrase as a list of single words.</summary>
internal struct PhraseList
{
    /// <summary>Longer lists are no phrases.</summary>
    public const int MaxLength = 25;

    /// <summary>Shorter ones neither.</summary>
    public const int MinLength = 12;

    private int _words;
    private int _languages;
    private bool _isOther;

    /// <summary>Adds an element. All must be of one language's list.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        // Some write a few words to a line.
        foreach (var range in text.Trim((byte)' ').Split((byte)' ')) AddWord(text.Trim((byte)' ')[range]);
    }

    private void AddWord(ReadOnlySpan<byte> text)
    {
        if (_isOther || text.IsEmpty) return;
        _languages = text.Length > 40 ? 0 : _words == 0 ? WalletWords.LanguagesOf(text) : _languages & WalletWords.LanguagesOf(text);
        _words++;
        _isOther = _languages == 0;
    }

    /// <summary>The list is over.</summary>
    public readonly bool IsPhrase => !_isOther && _words >= MinLength;
}
