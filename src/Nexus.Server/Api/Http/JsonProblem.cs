using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nexus.Errors;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>What is wrong with a body, by place and without its content: the serializer's own messages quote the input and name our types.</summary>
internal static class JsonProblem
{
    /// <summary>Where the reader remembers what it read a body as.</summary>
    private static readonly object TypeKey = new();

    public static void Remember(HttpContext context, JsonTypeInfo type) => context.Items[TypeKey] = type;

    public static Problem From(JsonException error, HttpContext context)
    {
        var (field, reason) = Describe(error, context.Items[TypeKey] as JsonTypeInfo);
        return field is null
            ? Problem.Of(StatusCodes.Status400BadRequest, "invalid_json", reason)
            : Problem.Of(StatusCodes.Status400BadRequest, "invalid", $"{field}: {reason}", field);
    }

    /// <summary>The field at fault where it is one, and what is wrong.</summary>
    public static (string? Field, string Reason) Describe(JsonException error, JsonTypeInfo? type)
    {
        // The reader's own error inside means that the text is no JSON at all.
        if (error.InnerException is JsonException || error.Path is null)
        {
            return (null, $"the body is not valid JSON, or nested over {ServerJson.MaxDepth} deep: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
        }
        var field = ClientText.Short(error.Path is "$" ? "body" : error.Path.StartsWith("$.", StringComparison.Ordinal) ? error.Path[2..] : error.Path[1..]);
        if (error is FieldFormatException) return (field, error.Message);
        if (error.Message.StartsWith("Duplicate", StringComparison.Ordinal)) return (field, "is there twice");
        return (field, type is null ? "is not of the expected type" : Expected(type, error.Path));
    }

    private static string Expected(JsonTypeInfo type, string path)
    {
        // One name after the other: a client's name may hold a million points, and the first name that is not known ends the search.
        foreach (var part in path.AsSpan().Split('.'))
        {
            if (part.Start.Value == 0) continue;
            var name = path.AsSpan()[part];
            var bare = name[..(name.IndexOf('[') is var bracket and >= 0 ? bracket : name.Length)].ToString();
            if (type.Kind == JsonTypeInfoKind.Enumerable) type = type.Options.GetTypeInfo(type.ElementType!);
            if (type.Properties.FirstOrDefault(property => property.Name == bare) is not { } property) return "is not known here";
            type = type.Options.GetTypeInfo(property.PropertyType);
            if (name.Length > bare.Length && type.Kind == JsonTypeInfoKind.Enumerable) type = type.Options.GetTypeInfo(type.ElementType!);
        }
        var expected = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        return true switch
        {
            _ when expected == typeof(string) => "must be text",
            _ when expected == typeof(bool) => "must be true or false",
            _ when expected == typeof(int) || expected == typeof(long) => "must be a whole number",
            _ when expected == typeof(Guid) => "must be a UUID such as 0190b6a0-0000-7000-8000-000000000000",
            _ when type.Kind == JsonTypeInfoKind.Enumerable => "must be a list",
            _ => "must be an object",
        };
    }
}
