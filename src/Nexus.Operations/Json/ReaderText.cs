using System.Text.Json;

namespace Nexus.Operations.Json;

internal static class ReaderText
{
    /// <summary>The current string or property name of the reader.</summary>
    /// <exception cref="JsonException">It is not valid Unicode: a lone surrogate, or bytes that are not UTF-8.</exception>
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
