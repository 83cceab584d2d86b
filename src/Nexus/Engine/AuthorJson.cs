using System.Text.Json;
using Nexus.Json;

namespace Nexus.Engine;

/// <summary>The author of a write as the outbox keeps it, beside the members of the write itself.</summary>
internal static class AuthorJson
{
    private const int MaxNameLength = 256;

    public static void Write(Utf8JsonWriter json, ChangeAuthor? author)
    {
        if (author is null) return;
        json.WriteStartObject("author"u8);
        json.WriteString("id"u8, author.Id);
        json.WriteString("name"u8, author.Name);
        json.WriteString("origin"u8, NameOf(author.Origin));
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">A member is too long.</exception>
    public static ChangeAuthor? Read(JsonElement write)
    {
        if (!write.TryGetProperty("author"u8, out var author)) return null;
        var (id, name) = (author.ReadRequiredText("id"u8), author.ReadRequiredText("name"u8));
        return id.Length is > 0 and <= ChangeAuthor.MaxIdLength && name.Length is > 0 and <= MaxNameLength
            ? new ChangeAuthor(id, name, OriginOf(author.ReadText("origin"u8)))
            : throw new FormatException("an author without an id or a name, or with too long ones");
    }

    public static string NameOf(ChangeOrigin origin) => origin switch
    {
        ChangeOrigin.CommandLine => "command-line",
        ChangeOrigin.Dashboard => "dashboard",
        ChangeOrigin.Api => "api",
        _ => "library",
    };

    public static ChangeOrigin OriginOf(string? text) =>
        Array.Find(Enum.GetValues<ChangeOrigin>(), origin => NameOf(origin) == text);
}
