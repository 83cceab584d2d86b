namespace Nexus.Secrets;

/// <summary>
/// Passphrases of three words or more from a wallet's list with hyphens between, as password managers draw them: <c>bamboo-lemon-earn-dance</c>. They
/// look like the name of a setting, so they count only behind a secret's name.
/// </summary>
internal static class WordChain
{
    private const int MinWords = 3;
    private const int MaxWords = 12;
    private const int MaxLength = 120;

    public static bool Is(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxLength || text.Count((byte)'-') is < MinWords - 1 or >= MaxWords) return false;
        var languages = -1;
        foreach (var range in text.Split((byte)'-'))
        {
            languages &= WalletWords.LanguagesOf(text[range]);
            if (languages == 0) return false;
        }
        return true;
    }
}
