namespace Nexus.Secrets;

/// <summary>A wallet's recovery phrase: 12, 15, 18, 21 or 24 words of 3 to 8 small letters and nothing else (BIP 39).</summary>
internal static class MnemonicShape
{
    public static bool Matches(ReadOnlySpan<byte> value)
    {
        if (!value.Contains((byte)' ')) return false;
        var words = 0;
        var letters = 0;
        foreach (var c in value.Trim((byte)' '))
        {
            if (c is >= (byte)'a' and <= (byte)'z') letters++;
            else if (c == ' ' && letters is >= 3 and <= 8) (words, letters) = (words + 1, 0);
            else return false;
        }
        return letters is >= 3 and <= 8 && words + 1 is 12 or 15 or 18 or 21 or 24;
    }
}
