using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Nexus.Server.Api;

/// <summary>
/// Examples of requests and responses, by operation id, from the files in Examples. A test sends each to a server, in the order of its file, and
/// compares the responses, so they work as they stand.
/// </summary>
internal static class ApiExamples
{
    public const string Suffix = ".examples.json";

    /// <summary>The examples of all files; the first of an operation is the one that the document shows.</summary>
    public static IReadOnlyList<(string File, JsonArray Examples)> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames().Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using var stream = assembly.GetManifestResourceStream(name)!;
                    return (name, JsonNode.Parse(stream)!.AsArray());
                }),
        ];
    }

    public static void Add(OpenApiDocument document)
    {
        var byOperation = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var example in Read().SelectMany(file => file.Examples)) byOperation.TryAdd((string)example!["operation"]!, example);
        foreach (var operation in document.Paths.SelectMany(path => path.Value.Operations ?? []).Select(pair => pair.Value))
        {
            if (operation.OperationId is { } id && byOperation.TryGetValue(id, out var example)) Add(operation, example);
        }
    }

    private static void Add(OpenApiOperation operation, JsonNode example)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            var place = parameter.In == ParameterLocation.Path ? "path" : "query";
            if (example[place]?[parameter.Name!] is { } value) parameter.Example = value.DeepClone();
        }
        if (example["body"] is { } body)
            foreach (var media in operation.RequestBody?.Content?.Values ?? []) media.Example = body.DeepClone();
        var status = ((int)example["status"]!).ToString(CultureInfo.InvariantCulture);
        if (example["response"] is { } response && operation.Responses?.GetValueOrDefault(status) is OpenApiResponse described)
            foreach (var media in described.Content?.Values ?? []) media.Example = response.DeepClone();
    }
}
