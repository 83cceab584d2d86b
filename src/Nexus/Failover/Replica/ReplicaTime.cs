using System.Globalization;
using Nexus.Json;

namespace Nexus.Failover;

/// <summary>An instant as the local store's book-keeping writes it.</summary>
internal static class ReplicaTime
{
    public static string ToText(DateTimeOffset at) => ValueText.Of(at);

    public static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
