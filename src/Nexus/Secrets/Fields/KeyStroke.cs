using System.Collections.Frozen;
using System.Text;

namespace Nexus.Secrets;

/// <summary>Keys of a keyboard, alone or together: <c>B</c>, <c>F9</c>, <c>Ctrl+Shift+X</c>.</summary>
internal static class KeyStroke
{
    private const int MaxLength = 40;

    private static readonly FrozenSet<string> Modifiers = Words("ctrl control alt option opt shift cmd command meta super win strg mod altgr");

    private static readonly FrozenSet<string> Keys = Words("""
        f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 esc escape enter return space tab backspace delete del insert home end pageup pagedown pgup pgdn
        up down left right arrowup arrowdown arrowleft arrowright pause
        """);

    /// <summary>Whether a text is one key, perhaps with modifiers in front.</summary>
    public static bool Is(ReadOnlySpan<byte> text) => text.Length is > 0 and <= MaxLength
        && (text.Length == 1 || IsKey(text) || IsCombination(text));

    /// <summary>Whether a text is a key with modifiers in front.</summary>
    public static bool IsCombination(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 4 or > MaxLength || text.IndexOfAny("+-"u8) <= 0) return false;
        for (var modifiers = 0; ; modifiers++)
        {
            var sign = text.IndexOfAny("+-"u8);
            if (sign <= 0) return modifiers > 0 && (text.Length == 1 || IsKey(text));
            if (!Modifiers.Contains(Encoding.UTF8.GetString(text[..sign]).ToLowerInvariant())) return false;
            text = text[(sign + 1)..];
        }
    }

    private static bool IsKey(ReadOnlySpan<byte> text) => Keys.Contains(Encoding.UTF8.GetString(text).ToLowerInvariant());

    private static FrozenSet<string> Words(string list) =>
        list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
