using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// Values that are plainly settings beside credentials, where the name says nothing: words, small numbers, times, hosts, links. A name of a setting
/// in a language that the lexicon does not know has such a value; a key or a password that somebody chose has not.
/// </summary>
internal static class PlainValue
{
    /// <summary>Whole numbers with more digits may be numeric passwords.</summary>
    public const int MaxDigits = 5;

    private const int ShortestSecret = 4;
    private const int MinGenerated = 6;
    private const int MinSpaces = 3;
    private const int MaxLength = 400;

    private static readonly FrozenSet<string> FileEnds = """
        json jsonl yaml yml toml ini cfg conf env xml txt log csv tsv db sqlite sqlite3 parquet pkl pt onnx h5 feather py js ts mjs cs so dll exe sh
        bat ps1 pem crt cer key pub md html png jpg svg sock pid zip gz set ex4 ex5 mq4 mq5
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Roots = new[] { "run", "etc", "home", "var", "opt", "root", "usr", "mnt" }
        .ToFrozenSet(StringComparer.Ordinal);

    private static readonly SearchValues<byte> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-"u8);
    private static readonly SearchValues<byte> HandleCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_"u8);
    /// <summary>People put them in passwords, and hardly ever in names of files.</summary>
    private static readonly SearchValues<byte> NoPath = SearchValues.Create("@=?#\"<>|!%^&;`"u8);

    private static readonly SearchValues<byte> AddressSigns = SearchValues.Create("0123456789.:/-,+"u8);
    private static readonly SearchValues<byte> PhoneSigns = SearchValues.Create("0123456789 -()"u8);
    private static readonly SearchValues<byte> Marks = SearchValues.Create("!$%^&#@*?+=~"u8);

    /// <summary>Whether a text is one. Its shape has been judged already.</summary>
    public static bool Is(ReadOnlySpan<byte> text)
    {
        if (text.Length < ShortestSecret) return true;
        if (text.Length > MaxLength) return false;
        if (PlainSetting.IsCoinOrSetting(text) || StandIn.Is(text) || IsAddress(text) || IsPath(text) || IsPhone(text)
            || IsHandle(text) || IsNegative(text)) return true;
        var isHost = false;
        // Exclamations and placeholders stand in sentences; alone, such a word may be a password.
        var signs = text.Count((byte)' ') >= MinSpaces ? ",.;:()[]<>\"'!?{}"u8 : ",.;:()[]<>\"'"u8;
        foreach (var range in text.Split((byte)' '))
        {
            var word = text[range].Trim(signs);
            // nl1.vpn.example.com 1194
            if (!IsPlainWord(word) && !(isHost && word.Length <= MaxDigits && !word.ContainsAnyExceptInRange((byte)'0', (byte)'9'))) return false;
            isHost = IsHost(word) || IsNetworkAddress(word);
        }
        return true;
    }

    /// <summary>Whether a number is one.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> number) => number.Length <= MaxDigits || number.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        || number.EndsWith("000"u8) || IsUnixTime(number) || IsPowerOfTwo(number);

    /// <summary><c>2000000uatom</c>: a number, and of what.</summary>
    public static bool IsAmount(ReadOnlySpan<byte> text)
    {
        var coin = text.TrimStart("0123456789."u8);
        return coin.Length is >= 2 and <= 8 && text.Length > coin.Length && !coin.ContainsAnyExceptInRange((byte)'a', (byte)'z');
    }

    /// <summary>Rounds of a derivation, bytes of a buffer.</summary>
    private static bool IsPowerOfTwo(ReadOnlySpan<byte> number) => number.Length is 6 or 7 && int.TryParse(number, out var size)
        && System.Numerics.BitOperations.IsPow2(size);

    /// <summary>Seconds or milliseconds since 1970, from 2017 to 2033.</summary>
    public static bool IsUnixTime(ReadOnlySpan<byte> number) => number.Length is 10 or 13 && number[0] == '1'
        && number[1] is >= (byte)'5' and <= (byte)'9' && !number.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary><c>(?i)\b(buy|long)\s+(\w+)</c>: a regular expression.</summary>
    public static bool IsExpression(ReadOnlySpan<byte> text) => text.StartsWith("(?"u8) || text.IndexOf("\\b"u8) >= 0 || text.IndexOf("\\w"u8) >= 0
        || text.IndexOf("\\d"u8) >= 0 || text.IndexOf("\\s"u8) >= 0;

    /// <summary><c>+34600111222</c>: https://www.itu.int/rec/T-REC-E.164.</summary>
    public static bool IsPhone(ReadOnlySpan<byte> text) => text.Length is >= 8 and <= 22 && text[0] == '+' && char.IsAsciiDigit((char)text[1])
        && !text[1..].ContainsAnyExcept(PhoneSigns) && text.Length - 1 - text.Count((byte)' ') - text.Count((byte)'-') is >= 7 and <= 15;

    /// <summary><c>-1001882</c>: groups and channels of Telegram.</summary>
    private static bool IsNegative(ReadOnlySpan<byte> text) => text.Length is >= 2 and <= 16 && text[0] == '-'
        && !text[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>
    /// <c>@trader77_support</c>, <c>#solana</c>: a channel or a person of a messenger, in small letters, and what a message is about.
    /// </summary>
    private static bool IsHandle(ReadOnlySpan<byte> text) => text.Length is >= 5 and <= 33 && !text[1..].ContainsAnyExcept(HandleCharacters)
        && (text[0] == '@' ? UserName.IsPlain(text) : text[0] == '#' && !text[1..].ContainsAnyInRange((byte)'0', (byte)'9')
            && ReadablePiece.Is(text[1..]));

    private static bool IsPlainWord(ReadOnlySpan<byte> word)
    {
        if (word.Length < ShortestSecret || PlainSetting.IsCoinOrSetting(word)) return true;
        var letters = word.ContainsAnyInRange((byte)'a', (byte)'z') || word.ContainsAnyInRange((byte)'A', (byte)'Z');
        var digits = word.ContainsAnyInRange((byte)'0', (byte)'9');
        if (!letters) return !digits || word.EndsWith("000"u8) || word.ContainsAnyInRange((byte)0x80, (byte)0xFF) || IsNetworkAddress(word);
        if (IsHost(word) || IsMail(word) || IsFile(word) || IsNumbered(word)) return true;
        return !digits && !word.ContainsAny(Marks) && !GeneratedText.Is(word, MinGenerated);
    }

    /// <summary>A link without a secret, or an address of mail.</summary>
    private static bool IsAddress(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAny(" \t\r\n"u8)) return false;
        if (text.IndexOf("://"u8) is > 0 and < 8) return !RandomText.IsIn(text);
        return IsMail(text);
    }

    private static bool IsMail(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf((byte)'@');
        return at > 0 && !GeneratedText.Is(text[..at], 12) && IsHost(text[(at + 1)..]);
    }

    /// <summary><c>FIX44.xml</c>, <c>models/ema20.pkl</c>: a readable name, or several, and how files end.</summary>
    private static bool IsFile(ReadOnlySpan<byte> word) => word.LastIndexOf((byte)'.') is var dot and > 0 && !word.ContainsAny("@=?#"u8)
        && word.Length - dot is >= 3 and <= 8 && FileEnds.Contains(Encoding.ASCII.GetString(word[(dot + 1)..]))
        && !GeneratedText.Is(word[..dot], MinGenerated);

    /// <summary>A path from a root, of readable names.</summary>
    public static bool IsPath(ReadOnlySpan<byte> text)
    {
        if (!(text.StartsWith("/"u8) || text.StartsWith("./"u8) || text.StartsWith("../"u8) || text.StartsWith("~/"u8)
            || (text.Length > 3 && text[1] == ':' && text[2] == '\\')) || text.ContainsAny(NoPath)
            || text.ContainsAnyInRange((byte)0, (byte)0x1F)) return false;
        foreach (var range in text.SplitAny("/\\ "u8))
        {
            if (GeneratedText.Is(text[range], MinGenerated)) return false;
        }
        return text[1..].ContainsAny("/\\."u8) || PlainSetting.IsLower(text[1..]);
    }

    /// <summary><c>/run/secrets/exchange_key</c>, <c>/var/lib/bot</c>: a path below a folder that every system has.</summary>
    public static bool IsMounted(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '/') return false;
        var root = text[1..].IndexOf((byte)'/');
        return root is >= 3 and <= 5 && Roots.Contains(Encoding.UTF8.GetString(text[1..(root + 1)])) && IsPath(text);
    }

    /// <summary><c>ema_cross_7</c>, <c>breakout_v2</c>: words of letters and a small number of its own between underscores.</summary>
    private static bool IsNumbered(ReadOnlySpan<byte> word)
    {
        var (words, numbers) = (0, 0);
        foreach (var range in word.Split((byte)'_'))
        {
            var piece = word[range];
            var digits = piece.TrimStart("vV"u8);
            if (!piece.IsEmpty && !digits.IsEmpty && digits.Length <= 3 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) numbers++;
            else if (!piece.ContainsAnyInRange((byte)'0', (byte)'9') && !piece.ContainsAny(Marks) && ReadablePiece.Is(piece)) words++;
            else return false;
        }
        return words > 0 && numbers is > 0 and <= 3;
    }

    private static bool IsHost(ReadOnlySpan<byte> word)
    {
        var colon = word.IndexOf((byte)':');
        var host = colon < 0 ? word : word[..colon];
        var dot = host.LastIndexOf((byte)'.');
        return dot > 0 && host.Length - dot > 2 && !host.ContainsAnyExcept(HostCharacters)
            && !host[(dot + 1)..].ContainsAnyExceptInRange((byte)'a', (byte)'z')
            && !GeneratedText.Is(host, 12) && (colon < 0 || !word[(colon + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    /// <summary>Numbers with dots or colons between, as <c>10.0.0.1:8080</c>.</summary>
    private static bool IsNetworkAddress(ReadOnlySpan<byte> word) => word.ContainsAny(".:/"u8) && !word.ContainsAnyExcept(AddressSigns);
}
