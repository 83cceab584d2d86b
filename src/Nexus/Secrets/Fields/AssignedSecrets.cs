using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// Secrets that a text names: <c>password: x</c> in a note, <c>API_SECRET="x"</c> in an .env, INI, YAML or TOML text, <c>&lt;password&gt;x</c>,
/// <c>--api-key x</c>, <c>my password is x</c>. Names and values have a bounded length, so the time is linear.
/// </summary>
internal static partial class AssignedSecrets
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("!$%^&#"u8);

    private static readonly SearchValues<byte> Fillers = SearchValues.Create(" \t\"'`=>\\*"u8);

    private const int MaxName = 64;
    private const int MaxValue = 256;
    private const int MaxNameWords = 3;
    private const int MinSpoken = 4;
    private const int MinGenerated = 12;
    private const int MaxCount = 2;
    private const int MaxVerb = 8;
    private const int MinLongNumber = 16;

    /// <summary>A text with more assignments than this is judged by the first ones.</summary>
    private const int MaxNames = 4000;

    /// <summary>The first byte of <c>：</c> and <c>＝</c>.</summary>
    private const byte WideSign = 0xEF;

    private static readonly SearchValues<byte> Signs = SearchValues.Create([.. ":=>"u8, WideSign]);
    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\r\n,;{}()[]<>\"'`|&?#=:/\\*"u8);
    private static readonly SearchValues<byte> ValueEnds = SearchValues.Create(" \t\r\n,;\"'`<>{}()[]&\\"u8);
    private static readonly SearchValues<byte> AddressSigns = SearchValues.Create("0123456789.:"u8);
    private static readonly SearchValues<byte> Quotes = SearchValues.Create("\"'`*\\ \t"u8);

    /// <summary>What the buttons of a bot do with a secret: <c>pwd:change</c>.</summary>
    private static readonly FrozenSet<string> Verbs = """
        change reset add remove set edit delete show hide new update forgot view list menu back open close cancel confirm create enter input save
        rotate revoke manage help start stop
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>In prose the words mean what nobody tells: <c>Segredo: disciplina</c>.</summary>
    private static readonly FrozenSet<string> Mysteries = "secret secreto segredo segreto geheimnis sekret tajemnica tajemstvi секрет"
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static bool IsIn(ReadOnlySpan<byte> text)
    {
        var names = 0;
        for (int i, from = 0; (i = text[from..].IndexOfAny(Signs)) >= 0; from += i + 1)
        {
            var at = from + i;
            var sign = text[at];
            if (sign == WideSign)
            {
                if (!IsWideSign(text[at..])) continue;
                if (++names > MaxNames) return false;
                if (IsWide(text, at)) return true;
                continue;
            }
            if (sign == ':' && text[(at + 1)..].StartsWith("//"u8)) continue;
            var left = text[Math.Max(0, at - MaxName)..at];
            // Of the angle brackets only arrows and <name>value.
            if (sign == '>' && !left.EndsWith("="u8) && !left.EndsWith("-"u8) && left.LastIndexOf((byte)'<') is var open
                && (open < 0 || left[open..].Contains((byte)' ') || (open > 0 && (char.IsAsciiLetterOrDigit((char)left[open - 1])
                    || left[open - 1] is (byte)'/' or (byte)'=' or (byte)'_')))) continue;
            left = left.TrimEnd("=-"u8);
            if (++names > MaxNames) return false;
            var kind = JudgeName(left, out var isLoose);
            var value = ValueAfter(text, at + 1, out var after);
            if (kind < NameKind.Ambiguous && !(kind != NameKind.Innocent && sign != '>'
                && (NamesWhose(left) || (LooksChosen(value.TrimEnd(".:"u8)) && NamesWhose(left, MaxOwner))))) continue;
            if (isLoose && sign == ':' && PlainSetting.IsLower(value)) continue;
            if (sign == ':' && IsMystery(left, value)) continue;
            if (IsSecret(kind, sign, value, after)) return true;
        }
        return IsSpoken(text) || (!Ascii.IsValid(text) && IsGlued(text));
    }

    private static bool IsWideSign(ReadOnlySpan<byte> text) => text.StartsWith("："u8) || text.StartsWith("＝"u8);

    /// <summary><c>密码：x</c>: a colon or equals sign of full width, and Latin letters or digits behind it.</summary>
    private static bool IsWide(ReadOnlySpan<byte> text, int at)
    {
        var isColon = text[at..].StartsWith("："u8);
        var kind = JudgeName(text[Math.Max(0, at - MaxName)..at]);
        if (kind < NameKind.Ambiguous) return false;
        var value = ValueAfter(text, at + 3, out var after);
        var latin = value.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is var end and >= 0 ? value[..end] : value;
        // The rest of a sentence: 密码：8位以上.
        if (latin.Length < MinSpoken || (latin.Length < value.Length && !StartsWithMark(value[latin.Length..]) && !LooksChosen(latin))) return false;
        return IsSecret(kind, isColon ? (byte)':' : (byte)'=', latin, after);
    }

    /// <summary>A comma, a full stop, a bracket of full width.</summary>
    private static bool StartsWithMark(ReadOnlySpan<byte> text) => text.StartsWith("，"u8) || text.StartsWith("。"u8) || text.StartsWith("；"u8)
        || text.StartsWith("、"u8) || text.StartsWith("）"u8) || text.StartsWith("（"u8) || text.StartsWith("！"u8) || text.StartsWith("\u3000"u8);

    /// <summary>
    /// The kind of the name at the end of the text: of its last word, and of the last two and three, since names in notes have gaps.
    /// </summary>
    private static NameKind JudgeName(ReadOnlySpan<byte> left) => JudgeName(left, out _);

    /// <summary>As <see cref="JudgeName(ReadOnlySpan{byte})"/>.</summary>
    /// <param name="left">The text before the value.</param>
    /// <param name="isLoose">The last word alone says nothing: <c>Secret Santa</c>.</param>
    private static NameKind JudgeName(ReadOnlySpan<byte> left, out bool isLoose)
    {
        isLoose = false;
        left = left[Math.Max(0, left.Length - MaxName)..];
        var end = left.LastIndexOfAnyExcept(Quotes) + 1;
        var start = end;
        var worst = NameKind.Neutral;
        for (var words = 0; words < MaxNameWords && start > 0; words++)
        {
            var wordStart = left[..start].LastIndexOfAny(NameEnds) + 1;
            if (wordStart == start) break;
            var kind = SecretFields.KindOf(left[wordStart..end]);
            // The name of a secret's attribute is longer than that of the secret: api key name.
            if (words == 0 && kind is NameKind.Innocent or NameKind.Identifier)
            {
                // What it opens, without a preposition: mot de passe serveur.
                return wordStart > 4 && IsMachine(left[wordStart..end]) && JudgeName(left[..(wordStart - 1)]) == NameKind.Secret
                    ? NameKind.Secret : kind;
            }
            if (words == 0) isLoose = kind == NameKind.Neutral;
            if (kind > worst) worst = kind;
            if (wordStart == 0 || left[wordStart - 1] != ' ') break;
            start = wordStart - 1;
        }
        return worst;
    }

    private static ReadOnlySpan<byte> WithoutLast(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => text[..^word.Length].TrimEnd(" "u8);

    /// <summary>A word for a secret begins the sentence, perhaps behind an article, and one word of letters ends it.</summary>
    private static bool IsMystery(ReadOnlySpan<byte> left, ReadOnlySpan<byte> value)
    {
        if (left.Length is < 4 or > 24 || !char.IsAsciiLetterUpper((char)left[0]) || !PlainSetting.IsLower(value) || value.ContainsAny("-_"u8))
            return false;
        var words = Encoding.UTF8.GetString(left).ToLowerInvariant().Split(' ');
        return Mysteries.Contains(words[^1]) && words.Length <= 2 && (words.Length == 1 || SecretNames.IsArticle(words[0]));
    }

    private static ReadOnlySpan<byte> ValueAfter(ReadOnlySpan<byte> text, int start, out ReadOnlySpan<byte> after)
    {
        var rest = text.Slice(start, Math.Min(MaxValue, text.Length - start));
        var skipped = rest.IndexOfAnyExcept(Fillers);
        rest = skipped < 0 ? [] : rest[skipped..];
        var end = rest.IndexOfAny(ValueEnds);
        after = end < 0 ? [] : rest[end..];
        return end < 0 ? rest : rest[..end];
    }

    private static bool IsSecret(NameKind kind, byte sign, ReadOnlySpan<byte> value, ReadOnlySpan<byte> after)
    {
        value = value.TrimEnd(".:"u8);
        // A function's name: token = get_token().
        if (after.StartsWith("("u8) && PlainSetting.IsLower(value[(value.IndexOf((byte)'.') + 1)..])) return false;
        if (value.Length <= MaxCount && IsDigits(value)) return false;
        if (sign == ':' && value.Length <= MaxVerb && Verbs.Contains(Encoding.UTF8.GetString(value))) return false;
        if (value.IsEmpty || PlainSetting.IsCoinOrSetting(value) || value.StartsWith("$"u8) || value.StartsWith("***"u8)
            || SealedFormat.HasPrefix(value) || StandIn.Is(value)) return false;
        // Where it is: /run/secrets:/run/secrets:ro.
        if (value.Length > 2 && value[1..].Contains((byte)'/') && PlainValue.IsPath(value)) return false;
        if (kind == NameKind.Ambiguous) return GeneratedText.Is(value, 8);
        if (kind == NameKind.Seed && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        if (kind == NameKind.Token && PublicAddress.Classify(value) == ValueShape.Address) return false;
        if (sign is (byte)'=' or (byte)'>' || WordChain.Is(value) || !IsProse(value, after)) return true;
        return value.SequenceEqual("Bearer"u8) || value.SequenceEqual("Basic"u8) || value.SequenceEqual("Token"u8);
    }

    /// <summary>A word of letters with another word behind it on the line, as in <c>the key: be patient</c>.</summary>
    private static bool IsProse(ReadOnlySpan<byte> value, ReadOnlySpan<byte> after)
    {
        foreach (var c in value[1..])
        {
            if (c < 0x80 && !char.IsAsciiLetterLower((char)c) && c != '-') return false;
        }
        var next = after.TrimStart(" \t"u8);
        // The next field of a form: Kennwort: x Benutzer: y.
        var field = next[..(next.IndexOfAny(" \t\r\n"u8) is var end and >= 0 ? end : next.Length)];
        if (field.EndsWith(":"u8) && field.Length <= MaxName && SecretFields.KindOf(field[..^1]) == NameKind.Identity) return false;
        return value[0] is >= 0x80 or (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') && after.Length > next.Length
            && !next.IsEmpty && (next[0] >= 0x80 || char.IsAsciiLetter((char)next[0]));
    }

    /// <summary><c>password hunter2</c>, <c>mi clave es x9!k</c>, <c>--api-key x</c>: a word with digits or signs behind a secret's name.</summary>
    private static bool IsSpoken(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAny(" \n\t"u8)) return false;
        if (text.IndexOf("sshpass -p"u8) is var tool and >= 0 && text[(tool + 10)..].TrimStart(" '\""u8) is [not (byte)'$', ..]) return true;
        var (isMysql, isRedis, names, start) = (text.IndexOf("mysql"u8) >= 0, text.IndexOf("redis-cli "u8) >= 0, 0, 0);
        foreach (var range in text.SplitAny(" \t\r\n"u8))
        {
            var word = text[range];
            // What follows in a quoted text belongs to another member.
            if (word.IndexOfAny("\"{}"u8) is var quote and > 0) word = word[..quote];
            start = range.Start.GetOffset(text.Length);
            if (start == 0 || word.Length < MinSpoken) continue;
            // mysql -u bot -pPassword
            if (word.StartsWith("-p"u8) && isMysql && LooksChosen(word[2..])) return true;
            word = word.Trim("'\"`"u8);
            if (IsNamedDirectly(word, text[..(start - 1)])) return true;
            if (!LooksChosen(word.TrimEnd(".,;!?)"u8)) && !IsDrawn(word.TrimEnd(".,;!?)"u8)))
            {
                if (IsLongNumber(word) && JudgeName(text[..(start - 1)]) is NameKind.Ambiguous or >= NameKind.Group) return true;
                if (IsNumber(word.TrimEnd(".,;!?)"u8)) && (IsSpokenNumber(text[..(start - 1)]) || IsPin(text[..(start - 1)])
                    || NamesWhose(text[..(start - 1)]))) return true;
                if (!(word.Contains((byte)':') && LastWord(text[..(start - 1)]).StartsWith("-"u8))) continue;
            }
            if (word[0] == '$' && StandIn.IsReference(word)) continue;
            if (++names > MaxNames) return false;
            var left = text[..(start - 1)];
            var option = LastWord(left);
            if ((option.SequenceEqual("-u"u8) || option.SequenceEqual("--user"u8) || option.SequenceEqual("--proxy-user"u8)) && IsPair(word))
                return true;
            if (option.StartsWith("--"u8) && SecretFields.KindOf(option[2..]) >= NameKind.Token) return true;
            if (option is [(byte)'/' or (byte)'|' or (byte)':'] && IsAccount(left[..Math.Max(0, left.Length - 2)])) return true;
            var isLinked = IsLink(option);
            if (isLinked) left = left[..Math.Max(0, left.Length - option.Length - 1)];
            var kind = JudgeName(left);
            if (kind >= NameKind.Group || (kind is NameKind.Token or NameKind.Seed && GeneratedText.Is(word, MinGenerated))) return true;
            if (option.SequenceEqual("root"u8) && HasNetworkAddress(left)) return true;
            if (NamesOwner(left, isLinked) || IsExplained(text[range.End.GetOffset(text.Length)..])) return true;
            if (option.SequenceEqual("-a"u8) && isRedis) return true;
            if ((option.SequenceEqual("-p"u8) && !IsPortMapping(word)) || option.SequenceEqual("-pw"u8)) return true;
        }
        return false;
    }

    /// <summary><c>密码是Zorro99</c>: a word of Latin letters right behind a secret's name in a script without gaps.</summary>
    private static bool IsGlued(ReadOnlySpan<byte> text)
    {
        var names = 0;
        for (int i; (i = text.IndexOfAnyInRange((byte)0x80, (byte)0xFF)) >= 0;)
        {
            if (++names > MaxNames) return false;
            text = text[i..];
            var name = text.IndexOfAnyInRange((byte)0, (byte)0x7F);
            if (name < 0) return false;
            var rest = text[name..];
            var end = rest[..Math.Min(MaxValue, rest.Length)].IndexOfAny(ValueEnds) is var found and >= 0 ? found : Math.Min(MaxValue, rest.Length);
            var left = text[Math.Max(0, name - MaxName)..name];
            if (NameLexicon.FindInside(Encoding.UTF8.GetString(left)) == NameKind.Secret && LooksChosen(rest[..end])) return true;
            text = rest;
        }
        return false;
    }

    /// <summary>Mixed letters without a digit, or a passphrase of several words.</summary>
    private static bool IsDrawn(ReadOnlySpan<byte> word) => WordChain.Is(word) || (word.ContainsAnyInRange((byte)'A', (byte)'Z')
        && word.ContainsAnyInRange((byte)'a', (byte)'z') && !word.ContainsAny("/@."u8) && GeneratedText.Is(word, MinGenerated));

    /// <summary><c>-p 127.0.0.1:8080:80/tcp</c>: which port a container opens.</summary>
    private static bool IsPortMapping(ReadOnlySpan<byte> word)
    {
        if (word.EndsWith("/tcp"u8) || word.EndsWith("/udp"u8)) word = word[..^4];
        return word.Contains((byte)':') && !word.ContainsAnyExcept(AddressSigns);
    }

    /// <summary><c>192.0.2.7</c> in front of the word before.</summary>
    private static bool HasNetworkAddress(ReadOnlySpan<byte> left)
    {
        foreach (var range in left[Math.Max(0, left.Length - MaxName)..].SplitAny(" \t\r\n"u8))
        {
            var word = left[Math.Max(0, left.Length - MaxName)..][range];
            if (word.Count((byte)'.') == 3 && !word.ContainsAnyExcept(AddressSigns)) return true;
        }
        return false;
    }

    /// <summary><c>x (password)</c>: the name stands behind the value, in brackets.</summary>
    private static bool IsExplained(ReadOnlySpan<byte> after)
    {
        after = after.TrimStart(" "u8);
        after = after[..Math.Min(after.Length, MaxName + 1)];
        return after.StartsWith("("u8) && after.IndexOf((byte)')') is var end and > 2 and <= MaxName
            && SecretFields.KindOf(after[1..end]) == NameKind.Secret;
    }

    /// <summary><c>my pin is 4471</c>.</summary>
    private static bool IsSpokenNumber(ReadOnlySpan<byte> left)
    {
        var link = LastWord(left);
        return IsLink(link) && link[0] != '-' && left.Length > link.Length && left[..^(link.Length + 1)] is var named
            && (JudgeName(named) == NameKind.Secret || NamesOwner(named, isLinked: true));
    }

    /// <summary><c>pin 439425</c>: a secret's name right before the number.</summary>
    private static bool IsPin(ReadOnlySpan<byte> left) => LastWord(left) is { Length: > 2 } name && !IsLink(name)
        && SecretFields.KindOf(name) == NameKind.Secret;

    /// <summary>
    /// <c>me@example.com</c> or <c>login root</c> in front of <c>/ password</c>: an address of mail, or a name behind a word for access.
    /// </summary>
    private static bool IsAccount(ReadOnlySpan<byte> left)
    {
        var user = LastWord(left);
        if (user.Length < 2) return false;
        if (user.IndexOf((byte)'@') > 0) return true;
        left = left[..^user.Length].TrimEnd(" :"u8);
        for (var words = 0; words < MaxNameWords; words++)
        {
            var word = LastWord(left);
            if (word.IsEmpty) break;
            if (IsAccess(word)) return true;
            left = left[..Math.Max(0, left.Length - word.Length - 1)];
        }
        return IsAccess(user);
    }

    private static bool IsAccess(ReadOnlySpan<byte> word) => word.Length <= MaxName
        && NameLexicon.Find(Encoding.UTF8.GetString(word.Trim(":,;()"u8)).ToLowerInvariant()) is NameConcept.Opener or NameConcept.Identity
            or NameConcept.Vendor;

    private static bool IsDigits(ReadOnlySpan<byte> word) => !word.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>More digits than orders have behind a word for key.</summary>
    private static bool IsLongNumber(ReadOnlySpan<byte> word) => word.Length is >= MinLongNumber and <= MaxName && IsDigits(word);

    private static bool IsNumber(ReadOnlySpan<byte> word) => word.Length is >= MinSpoken and <= 12
        && !word.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary><c>user:password</c>, where the password is not a number or a path only.</summary>
    public static bool IsPair(ReadOnlySpan<byte> word)
    {
        var colon = word.IndexOf((byte)':');
        return colon > 0 && word.Length - colon > MinSpoken && !word[(colon + 1)..].ContainsAny(":/ "u8) && !IsNumber(word[(colon + 1)..]);
    }

    /// <summary>A pair whose password has letters and digits together, or a sign that words do not have.</summary>
    public static bool IsChosenPair(ReadOnlySpan<byte> word) => IsPair(word) && LooksChosen(word[(word.IndexOf((byte)':') + 1)..]);

    private static ReadOnlySpan<byte> LastWord(ReadOnlySpan<byte> text)
    {
        text = text[Math.Max(0, text.Length - MaxName)..];
        return text[(text.LastIndexOfAny(" \t\r\n"u8) + 1)..];
    }

    private static bool IsLink(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("is"u8) || word.SequenceEqual("es"u8) || word.SequenceEqual("est"u8) || word.SequenceEqual("ist"u8)
            || word.SequenceEqual("lautet"u8)
            || word.SequenceEqual("é"u8) || word.SequenceEqual("è"u8)
        || word.SequenceEqual("to"u8) || word.SequenceEqual("это"u8) || word.SequenceEqual("->"u8) || word.SequenceEqual("-"u8);

    /// <summary>Letters and digits together, or a sign that words do not have.</summary>
    public static bool LooksChosen(ReadOnlySpan<byte> word)
    {
        if (word.Length < MinSpoken || word.ContainsAny("/@"u8) || PlainSetting.NamesSetting(word)
            || PlainSetting.IsCoinOrSetting(word)) return false;
        var letters = word.ContainsAnyInRange((byte)'a', (byte)'z') || word.ContainsAnyInRange((byte)'A', (byte)'Z');
        if (letters) return word.ContainsAnyInRange((byte)'0', (byte)'9') || word.ContainsAny(Marks);
        // Зима7681; a date has its number first.
        return word[0] >= 0x80 && word.Length - word.TrimEnd("0123456789"u8).Length >= 2;
    }
}
