using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Nexus.Server.Http;

/// <summary>What a write says about the record that it was made for: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.</summary>
/// <param name="Version">Only over this version, 0: only where there is none, null: any.</param>
/// <param name="MustExist"><c>If-Match: *</c>.</param>
internal readonly record struct Precondition(long? Version, bool MustExist)
{
    public static bool IsStated(HttpRequest request) => request.Headers.ContainsKey(HeaderNames.IfMatch) || request.Headers.ContainsKey(HeaderNames.IfNoneMatch);

    /// <exception cref="NexusValidationException">A header is not understood: a write must not go ahead without the condition that it was given.</exception>
    public static Precondition Of(HttpRequest request)
    {
        var ifMatch = request.Headers.IfMatch.ToString();
        var ifNoneMatch = request.Headers.IfNoneMatch.ToString();
        if (ifNoneMatch.Length > 0)
        {
            if (ifMatch.Length > 0) throw new NexusValidationException("If-None-Match", "must not come together with If-Match");
            if (ifNoneMatch != "*") throw new NexusValidationException("If-None-Match", "must be * on a write");
            return new Precondition(Version: 0, MustExist: false);
        }
        return ifMatch switch
        {
            "" => default,
            "*" => new Precondition(null, MustExist: true),
            _ => new Precondition(ParseTag(ifMatch) ?? throw new NexusValidationException("If-Match", "must be * or one version as the ETag header shows it, such as \"3\""), MustExist: false),
        };
    }

    /// <summary>Whether a read can be answered with 304: the caller has this version.</summary>
    public static bool IsKnown(HttpRequest request, long version)
    {
        var header = request.Headers.IfNoneMatch.ToString();
        if (header.Length == 0) return false;
        return header == "*" || header.Split(',', StringSplitOptions.TrimEntries).Any(tag => ParseTag(tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag) == version);
    }

    public static string Tag(long version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    private static long? ParseTag(string tag) =>
        tag.Length > 2 && tag[0] == '"' && tag[^1] == '"' && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
