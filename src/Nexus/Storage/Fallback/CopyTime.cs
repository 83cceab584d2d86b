using System.Globalization;
using Nexus.Storage.Embedded;

namespace Nexus.Storage.Fallback;

/// <summary>An instant as the local store's book-keeping writes it.</summary>
internal static class CopyTime
{
    public static string ToText(DateTimeOffset at) => EmbeddedTime.ToText(at);

    public static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
