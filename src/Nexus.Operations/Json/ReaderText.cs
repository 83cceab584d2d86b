using System.Text.Json;

namespace Nexus.Operations.Json;

internal static class ReaderText
{
    /// <summary>The string or name at hand.</summary>
    /// <exception cref="JsonException">It is no Unicode text: half a surrogate pair, or bytes that are not UTF-8.</exception>
    public static string Text(this in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException(null, error);
        }
    }
}
