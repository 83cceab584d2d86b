namespace Nexus.Secrets;

/// <summary>A table in a text, of which the first line has the names of the columns: <c>account,api_key,api_secret</c>.</summary>
internal static class DelimitedText
{
    private const int MaxColumns = 32;
    private const int MaxName = 32;
    private const int MinGenerated = 6;
    private const int MaxLines = 64;

    /// <summary>Whether a cell below the name of a secret holds one. Of each line as many cells are looked at as the first has.</summary>
    public static bool HasSecret(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        if (end is < 5 or > MaxColumns * MaxName) return false;
        var header = text[..end].TrimEnd((byte)'\r');
        var sign = header.IndexOfAny(",;\t|"u8) is var at and > 0 ? header[at] : (byte)0;
        if (sign == 0) return false;
        Span<bool> isSecret = stackalloc bool[MaxColumns];
        var (columns, found) = (0, false);
        foreach (var range in header.Split(sign))
        {
            var name = header[range].Trim(" \""u8);
            if (columns == MaxColumns || name.Length is 0 or > MaxName || name.ContainsAny(".:=!?"u8) || name.Count((byte)' ') > 2) return false;
            isSecret[columns] = SecretFields.KindOf(name) >= NameKind.Token;
            found |= isSecret[columns++];
        }
        if (!found) return false;
        text = text[(end + 1)..];
        for (var line = 0; line < MaxLines && !text.IsEmpty; line++)
        {
            end = text.IndexOf((byte)'\n');
            var row = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            if (row.Length <= MaxColumns * 256 && row.Count(sign) == columns - 1 && HasSecretCell(row, sign, isSecret)) return true;
        }
        return false;
    }

    private static bool HasSecretCell(ReadOnlySpan<byte> row, byte sign, ReadOnlySpan<bool> isSecret)
    {
        var column = 0;
        foreach (var range in row.Split(sign))
        {
            var cell = row[range].Trim(" \"\r"u8);
            if (isSecret[column++] && !PlainSetting.IsWord(cell) && !StandIn.Is(cell) && !SealedFormat.HasPrefix(cell)
                && !MaskText.IsMask(cell, isSecretPlace: false) && (AssignedSecrets.LooksChosen(cell) || GeneratedText.Is(cell, MinGenerated)))
                return true;
        }
        return false;
    }
}
