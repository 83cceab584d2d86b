namespace Nexus.Secrets;

/// <summary>The text of a mask: eight stars and a tag, such as <c>********q83vEjRWeJCrze8SNFZ4kA</c>. <see cref="MaskTags"/> makes the tag.</summary>
internal static class MaskText
{
    /// <summary>Digits of the tag: 128 bits in base64url.</summary>
    public const int TagLength = 22;

    /// <summary>Stars and tag.</summary>
    public const int Length = 8 + TagLength;

    /// <summary>Fewer stars than this are never taken for a mask.</summary>
    private const int FewestStars = 3;

    /// <summary>Why a mask is refused that stands for nothing in the record.</summary>
    public const string Unknown =
        "is a mask that does not match a secret of the stored record: send the secret itself, or the whole mask as the last read " +
            "of this record returned it";

    /// <summary><see cref="Secret.Mask"/> in UTF-8.</summary>
    public static ReadOnlySpan<byte> Stars => "********"u8;

    /// <summary>Whether a document may hold a mask. Never misses one; any text with three stars in a row counts too.</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> json) => json.IndexOf(Stars[..FewestStars]) >= 0;

    /// <summary>The same of a text that is a secret by its place.</summary>
    public static bool IsMask(string secret) => secret.Contains("***", StringComparison.Ordinal)
        && IsMask(System.Text.Encoding.UTF8.GetBytes(secret), isSecretPlace: true);

    /// <summary>
    /// Whether a text claims to be a mask, whole or not: eight stars with or without a tag, a tag behind fewer or more stars, a mask inside a longer
    /// text. Where a secret belongs, three stars or more and nothing else claim it too. Any other text with stars is plain text.
    /// </summary>
    /// <param name="text">The text without escapes.</param>
    /// <param name="isSecretPlace">Whether a secret belongs at its place.</param>
    public static bool IsMask(ReadOnlySpan<byte> text, bool isSecretPlace)
    {
        if (!MayBeIn(text)) return false;
        for (var rest = text; ;)
        {
            var start = rest.IndexOf((byte)'*');
            if (start < 0) return false;
            rest = rest[start..];
            var stars = rest.IndexOfAnyExcept((byte)'*');
            if (stars < 0) stars = rest.Length;
            var tag = DigitsAt(rest[stars..]);
            var isWhole = stars + tag == text.Length;
            if (isWhole && stars == Stars.Length) return true;
            if (isWhole && tag == 0 && isSecretPlace && stars >= FewestStars) return true;
            if (isWhole && tag == TagLength && stars >= FewestStars) return true;
            if (stars >= Stars.Length && tag >= TagLength) return true;
            rest = rest[stars..];
        }
    }

    private static int DigitsAt(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit((char)text[length]) || text[length] is (byte)'-' or (byte)'_')) length++;
        return length;
    }
}
