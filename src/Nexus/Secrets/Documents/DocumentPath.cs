using System.Text;

namespace Nexus.Secrets;

/// <summary>Places inside a document as people write them, for errors.</summary>
internal static class DocumentPath
{
    private const int MaxNameLength = 64;

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
        var text = Encoding.UTF8.GetString(name);
        if (text.Length > MaxNameLength)
        {
            var cut = char.IsHighSurrogate(text[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength;
            text = $"{text.AsSpan(0, cut)}…";
        }
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
    }
}
