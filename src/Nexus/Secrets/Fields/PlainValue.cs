using System.Buffers;

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
    private const int MaxLength = 400;

    private static readonly SearchValues<byte> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-"u8);
    private static readonly SearchValues<byte> AddressSigns = SearchValues.Create("0123456789.:/-,+"u8);
    private static readonly SearchValues<byte> Marks = SearchValues.Create("!$%^&#@*?+=~"u8);

    /// <summary>Whether a text is one. Its shape has been judged already.</summary>
    public static bool Is(ReadOnlySpan<byte> text)
    {
        if (text.Length < ShortestSecret) return true;
        if (text.Length > MaxLength) return false;
        if (PlainSetting.IsCoinOrSetting(text) || StandIn.Is(text) || IsAddress(text)) return true;
        foreach (var range in text.Split((byte)' '))
        {
            if (!IsPlainWord(text[range].Trim(",.;:()[]\"'"u8))) return false;
        }
        return true;
    }

    /// <summary>Whether a number is one.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> number) => number.Length <= MaxDigits || number.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsPlainWord(ReadOnlySpan<byte> word)
    {
        if (word.Length < ShortestSecret || PlainSetting.IsCoinOrSetting(word)) return true;
        var letters = word.ContainsAnyInRange((byte)'a', (byte)'z') || word.ContainsAnyInRange((byte)'A', (byte)'Z');
        var digits = word.ContainsAnyInRange((byte)'0', (byte)'9');
        if (!letters) return !digits || word.ContainsAnyInRange((byte)0x80, (byte)0xFF) || IsNetworkAddress(word);
        if (IsHost(word)) return true;
        return !digits && !word.ContainsAny(Marks) && !GeneratedText.Is(word, MinGenerated);
    }

    /// <summary>A link without a secret, or an address of mail.</summary>
    private static bool IsAddress(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAny(" \t\r\n"u8)) return false;
        if (text.IndexOf("://"u8) is > 0 and < 8) return !RandomText.IsIn(text);
        var at = text.IndexOf((byte)'@');
        return at > 0 && !GeneratedText.Is(text[..at], 12) && IsHost(text[(at + 1)..]);
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
