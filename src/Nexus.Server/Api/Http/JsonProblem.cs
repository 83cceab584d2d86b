using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nexus.Errors;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>Describes an error in a body by its place, without content: the serializer's messages quote the input and name internal types.</summary>
internal static class JsonProblem
{
    /// <summary>Where the reader stores the expected type of a body.</summary>
    private static readonly object TypeKey = new();

    /// <summary>Objects with more properties are documented in /docs; a list of theirs would hide the error.</summary>
    private const int MostNamed = 12;

    public static void Remember(HttpContext context, JsonTypeInfo type) => context.Items[TypeKey] = type;

    public static Problem From(JsonException error, HttpContext context)
    {
        var (field, reason) = Describe(error, context.Items[TypeKey] as JsonTypeInfo);
        return field is null
            ? Problem.Of(StatusCodes.Status400BadRequest, "invalid_json", reason)
            : Problem.Of(StatusCodes.Status400BadRequest, "invalid", $"{field}: {reason}", field);
    }

    /// <summary>The invalid field, if there is one, and the error.</summary>
    public static (string? Field, string Reason) Describe(JsonException error, JsonTypeInfo? type)
    {
        // An inner error of the reader means that the text is not JSON.
        if (error.InnerException is JsonException || error.Path is null)
        {
            return (
                null,
                $"the body is not valid JSON or nested deeper than {ServerJson.MaxDepth}: line {error.LineNumber + 1}, byte "
                    + $"{error.BytePositionInLine + 1}");
        }
        var field =
            ClientText.Short(error.Path is "$" ? "body" : error.Path.StartsWith("$.", StringComparison.Ordinal) ? error.Path[2..] : error.Path[1..]);
        if (error is FieldFormatException) return (field, error.Message);
        if (error.Message.StartsWith("Duplicate", StringComparison.Ordinal)) return (field, "is given twice");
        return (field, type is null ? "does not have the expected type" : Expected(type, error.Path));
    }

    /// <summary>Names the property that was probably meant, or all of an object that has few.</summary>
    private static string Unknown(JsonTypeInfo type, string name)
    {
        var known = type.Properties.Select(property => property.Name).ToArray();
        var meant = Suggestion.For(ClientText.Short(name), known);
        return "is not a known property" + (meant.Length > 0 || known.Length is 0 or > MostNamed ? meant : $"; known are {string.Join(", ", known)}");
    }

    private static string Expected(JsonTypeInfo type, string path)
    {
        // One name at a time: a client's name may contain a million dots, and the first unknown name ends the search.
        foreach (var part in path.AsSpan().Split('.'))
        {
            if (part.Start.Value == 0) continue;
            var name = path.AsSpan()[part];
            var bare = name[..(name.IndexOf('[') is var bracket and >= 0 ? bracket : name.Length)].ToString();
            if (type.Kind == JsonTypeInfoKind.Enumerable) type = type.Options.GetTypeInfo(type.ElementType!);
            if (type.Properties.FirstOrDefault(property => property.Name == bare) is not { } property) return Unknown(type, bare);
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
            _ when expected == typeof(double) || expected == typeof(decimal) => "must be a number",
            _ when type.Kind == JsonTypeInfoKind.Enumerable => "must be a list",
            _ => "must be an object",
        };
    }
}
