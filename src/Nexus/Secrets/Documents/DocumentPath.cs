using System.Text;
using Nexus.Errors;

namespace Nexus.Secrets;

/// <summary>Places inside a document as people write them, for errors.</summary>
internal static class DocumentPath
{
    /// <summary>Enough for the characters that are shown of a name; the rest is not even decoded.</summary>
    private const int MaxNameBytes = 4 * (ClientText.MaxLength + 1);

    /// <summary><c>config.exchanges[0].name</c>. A name that looks like a secret itself is not shown, and long ones are cut.</summary>
    public static string Format(string field, ReadOnlySpan<DocumentFrame> frames, ReadOnlySpan<byte> names)
    {
        var path = new StringBuilder(field);
        foreach (ref readonly var frame in frames)
        {
            if (frame.IsArray) path.Append('[').Append(Math.Max(frame.Index, 0)).Append(']');
            else path.Append('.').Append(Readable(names.Slice(frame.NameStart, frame.NameLength)));
        }
        return path.ToString();
    }

    private static string Readable(ReadOnlySpan<byte> name)
    {
        if (SecretFields.IsSecretValue(name)) return Secret.Mask;
        return ClientText.Short(Encoding.UTF8.GetString(name.Length <= MaxNameBytes ? name : name[..MaxNameBytes]));
    }
}
