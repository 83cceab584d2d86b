using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace Nexus.Server.Api;

/// <summary>
/// The operation ids, from which generators name methods. They follow from method and path, so that a new route has one; those that would not read
/// well are listed. A published id never changes: <c>OperationIdTests</c> keeps the list.
/// </summary>
internal static partial class OperationIds
{
    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal)
    {
        ["POST v1/sessions:batch"] = "saveSessions",
        ["GET v1/dispatch"] = "dispatchSignal",
        ["POST v1/users:access"] = "checkAccess",
        ["GET v1/users/{chatId}/access"] = "checkUserAccess",
        ["POST v1/trades"] = "storeTrade",
        ["GET v1/trades/count"] = "countTrades",
        ["POST v1/trades:batch"] = "storeTrades",
        ["GET v1/trades/{id}/fills"] = "listTradeFills",
        ["POST v1/trades/{id}/fills"] = "addTradeFill",
        ["POST v1/trades/{id}/fills:batch"] = "addTradeFills",
        ["GET v1/counts"] = "getCounts",
        ["GET v1/calibration/{chatId}"] = "listCalibrations",
        ["POST v1/calibration/{chatId}/{strategy}:auto"] = "autoCalibrate",
        ["GET v1/state/{namespace}"] = "listStateEntries",
        ["GET v1/state/{namespace}/{key}"] = "getStateEntry",
        ["PUT v1/state/{namespace}/{key}"] = "saveStateEntry",
        ["PATCH v1/state/{namespace}/{key}"] = "patchStateEntry",
        ["DELETE v1/state/{namespace}/{key}"] = "deleteStateEntry",
        ["GET v1/events"] = "watchEvents",
        ["GET v1/outbox/quarantined"] = "listQuarantinedWrites",
        ["POST v1/outbox/quarantined/{id}/retry"] = "retryQuarantinedWrite",
        ["DELETE v1/outbox/quarantined/{id}"] = "discardQuarantinedWrite",
        ["GET v1/queries"] = "listQueries",
        ["GET health/live"] = "checkLiveness",
        ["GET health/ready"] = "checkReadiness",
    };

    public static string Of(ApiDescription route)
    {
        var path = PathOf(route);
        var method = route.HttpMethod ?? "GET";
        if (Irregular.TryGetValue($"{method} {path}", out var listed)) return listed;
        var result = route.SupportedResponseTypes.FirstOrDefault(response => response.StatusCode is >= 200 and < 300)?.Type?.Name ?? "";
        return Of(
            method, path,
            isList: result.EndsWith("Page", StringComparison.Ordinal) || result.EndsWith("List", StringComparison.Ordinal));
    }

    /// <summary>The template of the path without a slash in front or at the end.</summary>
    public static string PathOf(ApiDescription route) => CatchAll().Replace((route.RelativePath ?? "").Trim('/'), "{");

    /// <param name="method">The method.</param>
    /// <param name="path">The template of the path, without a slash in front.</param>
    /// <param name="isList">Whether a GET returns a list.</param>
    private static string Of(string method, string path, bool isList)
    {
        var parts = path.Split('/');
        var last = parts[^1].Split(':');
        var isOfOne = parts[^1].StartsWith('{');
        string[] nouns =
        [
            .. parts[..^1].Where(part => part != "v1" && !part.StartsWith('{')).Select(Singular), .. isOfOne ? Array.Empty<string>() : [last[0]],
        ];
        return (method, last) switch
        {
            (_, [_, var verb]) => Name(verb, isOfOne ? nouns : [.. nouns[..^1], nouns[^1]]),
            ("GET", _) => Name(isList ? "list" : "get", isList ? nouns : Singulars(nouns)),
            ("PUT", _) => Name("save", Singulars(nouns)),
            ("PATCH", _) => Name("patch", Singulars(nouns)),
            ("DELETE", _) => Name("delete", Singulars(nouns)),
            // A path that ends with a verb: /v1/trades/{id}/close.
            ("POST", [var verb]) when parts.Length > 1 && parts[^2].StartsWith('{') && !verb.EndsWith('s') => Name(verb, nouns[..^1]),
            _ => Name("create", Singulars(nouns)),
        };
    }

    private static string Name(string verb, IEnumerable<string> nouns) => Word(verb, isFirst: true) + string.Concat(nouns.Select(noun => Word(noun)));

    private static string[] Singulars(string[] nouns) => nouns.Length == 0 ? nouns : [.. nouns[..^1], Singular(nouns[^1])];

    private static string Singular(string noun) =>
        noun.EndsWith("ies", StringComparison.Ordinal) ? $"{noun[..^3]}y"
        : noun.EndsWith("ss", StringComparison.Ordinal) || noun.EndsWith("us", StringComparison.Ordinal) || !noun.EndsWith('s') ? noun
        : noun[..^1];

    /// <summary>A text of words with hyphens as one camel-case word.</summary>
    private static string Word(string text, bool isFirst = false) => string.Concat(
        text.Split('-').Select((word, i) => isFirst && i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    [GeneratedRegex(@"\{\*+", RegexOptions.NonBacktracking)]
    private static partial Regex CatchAll();
}
