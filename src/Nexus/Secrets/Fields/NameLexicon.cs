using System.Collections.Frozen;

namespace Nexus.Secrets;

/// <summary>Words of names and what they mean. Words are in the form that <see cref="NameFolding"/> gives them, in small letters.</summary>
internal static class NameLexicon
{
    /// <summary>The shortest piece that a word written without gaps is cut into: <c>apikey</c>, not <c>s+pin</c>.</summary>
    private const int MinPiece = 3;

    private const int MinLink = 2;
    private const int MaxJoined = 40;

    private static readonly FrozenDictionary<string, NameConcept> Words = Read();
    private static readonly FrozenDictionary<string, NameConcept>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// The meaning of a word in small letters: as it stands, in the singular, by its Cyrillic stem, or by the end of a word without gaps.
    /// </summary>
    public static NameConcept Find(ReadOnlySpan<char> word)
    {
        if (BySpan.TryGetValue(word, out var concept)) return concept;
        if (word.Length > 3 && word[^1] == 's' && BySpan.TryGetValue(word[..^1], out concept)) return concept;
        if (word.Length > 5 && word.EndsWith("es") && BySpan.TryGetValue(word[..^2], out concept)) return concept;
        if (word.Length > 3 && word[0] is >= '\u0400' and <= '\u04FF') return FindStem(word);
        return NameConcept.None;
    }

    /// <summary>The meaning of a word as it stands.</summary>
    public static NameConcept FindExact(ReadOnlySpan<char> word) => BySpan.TryGetValue(word, out var concept) ? concept : NameConcept.None;

    /// <summary>The words that a word without gaps is made of, or null where it is not made of known ones only: <c>walletprivatekey</c>.</summary>
    public static List<string>? Cut(string word)
    {
        if (word.Length is < 2 * MinPiece or > MaxJoined) return null;
        // from[i]: where the last piece of the first i letters begins; of several cuts the one with the fewest pieces.
        Span<int> from = stackalloc int[MaxJoined + 1];
        Span<int> pieces = stackalloc int[MaxJoined + 1];
        for (var end = 1; end <= word.Length; end++)
        {
            (from[end], pieces[end]) = (-1, int.MaxValue);
            for (var start = Math.Max(0, end - 14); start <= end - MinLink; start++)
            {
                if (start > 0 && from[start] < 0) continue;
                if (end - start < MinPiece && (start == 0 || end == word.Length || !IsLink(word.AsSpan(start, 2)))) continue;
                if (pieces[start] + 1 < pieces[end] && (end - start < MinPiece || BySpan.ContainsKey(word.AsSpan(start, end - start))))
                    (from[end], pieces[end]) = (start, pieces[start] + 1);
            }
        }
        if (from[word.Length] < 0) return null;
        var cut = new List<string>();
        for (var end = word.Length; end > 0; end = from[end]) cut.Insert(0, word[from[end]..end]);
        return cut;
    }

    /// <summary>What joins the words of a name in languages that put the noun first: <c>tokendeacceso</c>.</summary>
    private static bool IsLink(ReadOnlySpan<char> piece) => piece is "de" or "da" or "do" or "du" or "di";

    /// <summary>Whether a word without gaps ends as secrets do, whatever stands before: <c>mybotapikey</c>.</summary>
    public static bool EndsAsSecret(string word) => NameVocabulary.SecretEnds.Any(end => word.EndsWith(end, StringComparison.Ordinal));

    /// <summary>Whether a word begins with one for a secret, as words with endings do: <c>Şifrenizi</c>.</summary>
    public static bool BeginsAsSecret(string word)
    {
        for (var length = Math.Min(word.Length - 1, 14); length >= 5; length--)
        {
            if (FindExact(word.AsSpan(0, length)) is NameConcept.Secret or NameConcept.Key) return true;
        }
        return false;
    }

    /// <summary>Whether a word without gaps is one for a password and what it opens in a few letters: <c>contraseñamt</c>.</summary>
    public static bool BeginsAsPassword(string word)
    {
        foreach (var begin in NameVocabulary.PasswordBeginnings)
        {
            if (word.Length - begin.Length is >= 1 and <= 12 && word.StartsWith(begin, StringComparison.Ordinal))
                return !(word.AsSpan(begin.Length) is "less" or "ed" or "s" or "ing");
        }
        return false;
    }

    /// <summary>Whether a name ends in <c>key</c> behind words of which none opens something or says whose key it is.</summary>
    public static bool IsNamedKey(string name)
    {
        if (!name.EndsWith("key", StringComparison.OrdinalIgnoreCase) && !name.EndsWith("keys", StringComparison.OrdinalIgnoreCase)) return false;
        var words = NameWords.Split(NameFolding.Fold(name));
        return words.Count > 1 && words[^1] is "key" or "keys" && words.Take(words.Count - 1).All(word => Find(word) switch
        {
            NameConcept.None => Cut(word) is null && !EndsAsSecret(word),
            NameConcept.Innocent or NameConcept.Qualifier or NameConcept.Aspect or NameConcept.OnChain or NameConcept.Identity => true,
            _ => false,
        });
    }

    /// <summary>What a name in a script without gaps holds.</summary>
    public static NameKind FindInside(string name)
    {
        if (NameVocabulary.UngappedAspects.Any(word => name.EndsWith(word, StringComparison.Ordinal))) return NameKind.Innocent;
        if (NameVocabulary.UngappedPublic.Any(word => name.Contains(word, StringComparison.Ordinal))) return NameKind.Neutral;
        if (NameVocabulary.UngappedSecrets.Any(word => name.Contains(word, StringComparison.Ordinal))
            || NameVocabulary.UngappedPhrases.Any(word => name.Contains(word, StringComparison.Ordinal))) return NameKind.Secret;
        if (NameVocabulary.UngappedIdentifiers.Any(word => name.EndsWith(word, StringComparison.Ordinal))) return NameKind.Identifier;
        return NameVocabulary.UngappedAmbiguous.Any(word => name.Contains(word, StringComparison.Ordinal)) ? NameKind.Token : NameKind.Neutral;
    }

    private static NameConcept FindStem(ReadOnlySpan<char> word)
    {
        foreach (var (stem, concept) in NameVocabulary.Stems)
        {
            if (word.StartsWith(stem)) return concept;
        }
        return NameConcept.None;
    }

    private static FrozenDictionary<string, NameConcept> Read()
    {
        var words = new Dictionary<string, NameConcept>(StringComparer.Ordinal);
        foreach (var (concept, list) in NameVocabulary.Lists)
        {
            foreach (var word in list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) words.TryAdd(NameFolding.Fold(word), concept);
        }
        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
