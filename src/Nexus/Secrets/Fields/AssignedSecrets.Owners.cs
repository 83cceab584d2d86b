using System.Collections.Frozen;
using System.Text;

namespace Nexus.Secrets;

/// <summary>What a secret opens, between its name and its value: <c>password of the server is x</c>.</summary>
internal static partial class AssignedSecrets
{
    /// <summary>Words of what a secret opens.</summary>
    private const int MaxOwner = 3;

    private static readonly FrozenSet<string> Machines = """
        server servidor serveur serwera servera serwer sunucu сервера host router vps wifi wlan laptop computer ordenador panel dashboard site website
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// <c>clave de la cuenta</c>, <c>PIN del ledger viejo</c>: a secret's name, a preposition, perhaps an article, and what it opens in words.
    /// </summary>
    /// <param name="left">The text before the value.</param>
    /// <param name="most">How many words of what it opens are looked at.</param>
    private static bool NamesWhose(ReadOnlySpan<byte> left, int most = 1)
    {
        for (var words = 0; words < most; words++)
        {
            var owner = LastWord(left);
            if (owner.Length is < 2 or > MaxName || owner[^1] is (byte)'.' or (byte)',' or (byte)';') return false;
            if (SecretFields.KindOf(owner) is NameKind.Identity or NameKind.Innocent or NameKind.Identifier) return false;
            left = WithoutLast(left, owner);
            if (NamesBefore(left)) return true;
        }
        return false;
    }

    /// <summary>A secret's name, a preposition, and perhaps an article end the text.</summary>
    private static bool NamesBefore(ReadOnlySpan<byte> left)
    {
        var link = LastWord(left);
        if (link.Length is >= 2 and <= 4 && SecretNames.IsArticle(Encoding.UTF8.GetString(link))
            && !SecretNames.IsPreposition(Encoding.UTF8.GetString(link))) left = WithoutLast(left, link);
        link = LastWord(left);
        return link.Length is >= 1 and <= 4 && SecretNames.IsPreposition(Encoding.UTF8.GetString(link))
            && LastWord(WithoutLast(left, link)) is { Length: > 2 } name && SecretFields.KindOf(name) == NameKind.Secret;
    }

    /// <summary>
    /// <c>senha do servidor</c>, <c>password for the kraken</c>: a secret's name, a preposition, perhaps an article, and what it opens. Before
    /// <c>is</c> that may have several words.
    /// </summary>
    private static bool NamesOwner(ReadOnlySpan<byte> left, bool isLinked)
    {
        var owner = LastWord(left);
        var opens = owner.Length > 1 && (IsAccess(owner) || IsMachine(owner));
        if (owner.Length < 2 || (!opens && !isLinked)) return false;
        for (var words = 0; words < MaxOwner; words++)
        {
            left = left[..Math.Max(0, left.Length - LastWord(left).Length - 1)];
            var word = LastWord(left);
            if (word.IsEmpty || word[^1] is (byte)'.' or (byte)',' or (byte)';') return false;
            if (SecretNames.IsPreposition(Encoding.UTF8.GetString(word)))
            {
                var name = left[..Math.Max(0, left.Length - word.Length - 1)];
                if (JudgeName(name) == NameKind.Secret && (opens || !IsMystery(LastWord(name)))) return true;
            }
            else if (!isLinked && !SecretNames.IsArticle(Encoding.UTF8.GetString(word))) return false;
        }
        return false;
    }

    /// <summary>
    /// <c>pass Caramba@58</c>, <c>пароль - YcIFIvrwaV</c>: right behind a word for a password, perhaps with a link between, what looks like half an
    /// address of mail, or letters in no readable order.
    /// </summary>
    private static bool IsNamedDirectly(ReadOnlySpan<byte> word, ReadOnlySpan<byte> left)
    {
        word = word.TrimEnd(".,;!?)"u8);
        if (word.Length is < 8 or > MaxName || word.Contains((byte)'/')) return false;
        var at = word.IndexOf((byte)'@');
        var looks = at > 0 ? !word[at..].Contains((byte)'.') && word.ContainsAnyInRange((byte)'0', (byte)'9')
            : word.ContainsAnyInRange((byte)'A', (byte)'Z') && word.ContainsAnyInRange((byte)'a', (byte)'z') && GeneratedText.Is(word, 8);
        if (!looks) return false;
        var name = LastWord(left);
        if (IsLink(name)) name = LastWord(WithoutLast(left, name));
        return name.Length > 2 && SecretFields.KindOf(name) == NameKind.Secret && !Mysteries.Contains(Encoding.UTF8.GetString(name));
    }

    private static bool IsMystery(ReadOnlySpan<byte> word) => Mysteries.Contains(Encoding.UTF8.GetString(word).ToLowerInvariant());

    private static bool IsMachine(ReadOnlySpan<byte> word) => word.Length <= MaxName
        && Machines.Contains(NameFolding.Fold(Encoding.UTF8.GetString(word)).ToLowerInvariant());
}
