namespace Nexus.Secrets;

/// <summary>
/// The plain text of a sealed number or list: a NUL and the JSON as it was given. No text begins so, since NUL is refused in texts.
/// </summary>
internal static class SealedJson
{
    /// <summary>What it begins with.</summary>
    public const byte Mark = 0;

    /// <summary>Writes an opened value as the JSON that it was: a text in quotes, a number or list as it stands.</summary>
    public static void Write(Utf8Buffer output, ReadOnlySpan<byte> plain)
    {
        if (plain is [Mark, .. var json]) output.Append(json);
        else JsonString.Write(output, plain);
    }
}
