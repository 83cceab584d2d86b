using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nexus.Server.Api;

namespace Nexus.Server.Tests.Docs;

/// <summary>The pages of docs/reference that follow from the program.</summary>
internal static partial class ReferencePages
{
    private const string Note = "<!-- Generated from the program; ReferenceTests compares them. Do not change it by hand. -->";

    /// <summary>The routes, by their tags.</summary>
    public static string Routes(JsonElement document)
    {
        var text = new StringBuilder($"# Routes\n\n{Note}\n\n").Append(
            "Every route of `nexus serve` with its operation id and the scopes that admit a key. `/openapi/v1.json` has the parameters, bodies, "
            + "headers and errors; `/docs` shows them with samples. The rules for all routes: [HTTP API](../http-api.md).\n");
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()
                .Select(method => (Path: path.Name, Method: method.Name.ToUpperInvariant(), method.Value)))
            .ToLookup(one => one.Value.GetProperty("tags")[0].GetString()!);
        foreach (var tag in document.GetProperty("tags").EnumerateArray())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {tag.GetProperty("name")}\n\n{tag.GetProperty("description")}\n\n");
            text.Append("| route | operation | scope | |\n| --- | --- | --- | --- |\n");
            foreach (var (path, method, operation) in operations[tag.GetProperty("name").GetString()!])
            {
                var scopes = string.Join(" or ", operation.GetProperty("security").EnumerateArray()
                    .Select(one => $"`{one.EnumerateObject().Single().Name}`"));
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{method} {path}` | `{operation.GetProperty("operationId")}` | {scopes} | {operation.GetProperty("summary")} |\n");
            }
        }
        return text.ToString();
    }

    /// <summary>The codes of the problem documents.</summary>
    public static string Errors()
    {
        var text = new StringBuilder($"# Errors of the API\n\n{Note}\n\n").Append(
            "An error is a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with a stable `code`. The members are in "
            + "[HTTP API](../http-api.md#rules-for-all-routes).\n\n| status | `code` | meaning |\n| ---: | --- | --- |\n");
        foreach (var (status, code, meaning) in ProblemDocs.Codes)
            text.Append(CultureInfo.InvariantCulture, $"| {status} | `{code}` | {meaning} |\n");
        return text.ToString();
    }

    /// <summary>The events of the logs.</summary>
    public static string Events()
    {
        var text = new StringBuilder($"# Log events\n\n{Note}\n\n").Append(
            "Ids are stable. Words in braces are values of the entry.\n\n| id | level | message |\n| ---: | --- | --- |\n");
        Assembly[] assemblies =
        [
            typeof(NexusDb).Assembly, Assembly.Load("Nexus.Audit"), Assembly.Load("Nexus.Operations"), typeof(NexusServer).Assembly,
            Assembly.Load("Nexus.Cli"),
        ];
        const BindingFlags all =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var events = assemblies.SelectMany(assembly => assembly.GetTypes()).SelectMany(type => type.GetMethods(all))
            .Select(method => method.GetCustomAttribute<Microsoft.Extensions.Logging.LoggerMessageAttribute>()).OfType<object>()
            .Cast<Microsoft.Extensions.Logging.LoggerMessageAttribute>().OrderBy(one => one.EventId);
        foreach (var one in events)
            text.Append(CultureInfo.InvariantCulture, $"| {one.EventId} | {one.Level} | {Cell(one.Message)} |\n");
        return text.ToString();
    }

    /// <summary>The exit codes, from their source.</summary>
    public static string ExitCodes(string source)
    {
        var text = new StringBuilder($"# Exit codes\n\n{Note}\n\n").Append(
            "Every command of `nexus` ends with one of these.\n\n| code | name | meaning |\n| ---: | --- | --- |\n");
        foreach (Match code in ExitCode().Matches(source))
        {
            var meaning = code.Groups["meaning"].Success ? code.Groups["meaning"].Value : "The command succeeded and found no problem.";
            text.Append(CultureInfo.InvariantCulture, $"| {code.Groups["value"].Value} | {code.Groups["name"].Value} | {Cell(meaning)} |\n");
        }
        return text.ToString();
    }

    /// <summary>The exposed metrics, from the list that the server is compared with.</summary>
    public static string Metrics(IEnumerable<string> list)
    {
        var text = new StringBuilder($"# Metrics\n\n{Note}\n\n").Append(
            "Every name that `/metrics` exposes, with its labels. [Monitoring](../monitoring.md) and [Telemetry](../telemetry.md) explain them.\n\n"
            + "| metric | labels | |\n| --- | --- | --- |\n");
        foreach (var line in list.Where(line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.TrimStart('?').TrimEnd('}').Split('{', 2);
            var labels = parts.Length == 1 ? "" : string.Join(", ", parts[1].Split(',').Select(label => $"`{label}`"));
            text.Append(
                CultureInfo.InvariantCulture, $"| `{parts[0]}` | {labels} | {(line[0] == '?' ? "only where there is something to report" : "")} |\n");
        }
        return text.ToString();
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "\\<", StringComparison.Ordinal);

    [GeneratedRegex(@"(/// <summary>(?<meaning>.*?)</summary>\s+)?public const int (?<name>\w+) = (?<value>\d+);", RegexOptions.ExplicitCapture)]
    private static partial Regex ExitCode();
}
