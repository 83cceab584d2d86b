using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>
/// The namespace and the key of a path. They are read from the request line: the server decodes a path but for encoded slashes
/// (https://github.com/dotnet/aspnetcore/issues/2655) and then removes dot segments and reads what is left as another path.
/// </summary>
internal readonly record struct StatePath(string Namespace, string Key)
{
    /// <summary>Slashes in front of the namespace: /v1/state/.</summary>
    private const int LeadingSegments = 3;

    /// <summary>How problems name the value.</summary>
    public string Name => $"state {ClientText.Short($"{Namespace}/{Key}")}";

    /// <param name="request">The request.</param>
    /// <param name="namespace">As routing found it.</param>
    /// <param name="key">As routing found it; may contain slashes.</param>
    /// <exception cref="NexusValidationException">The path is not UTF-8 in percent-encoding, or is read differently in two ways.</exception>
    public static StatePath Of(HttpRequest request, string @namespace, string? key)
    {
        var (space, rest) = Split(request, @namespace);
        if (string.IsNullOrEmpty(rest)) throw new NexusValidationException("key", "must not be empty");
        return new StatePath(space, Decode("key", rest)) is var path && path.Key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            == (key ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            ? path
            : throw Ambiguous("key");
    }

    /// <summary>The namespace of a list, whose path has no key.</summary>
    /// <exception cref="NexusValidationException">As <see cref="Of"/>, or there is a key.</exception>
    public static string NamespaceOf(HttpRequest request, string @namespace)
    {
        var (space, rest) = Split(request, @namespace);
        return string.IsNullOrEmpty(rest) ? space : throw Ambiguous("key");
    }

    /// <summary>What Nexus keeps for itself in the keyed state: records of alerts and of maintenance.</summary>
    private const string Reserved = "nexus.";

    /// <summary>One segment of the path, in which a slash may be encoded.</summary>
    /// <param name="request">The request.</param>
    /// <param name="index">The slashes in front of the segment.</param>
    /// <param name="field">What an error names.</param>
    /// <param name="routed">As routing found it.</param>
    /// <exception cref="NexusValidationException">As <see cref="Of"/>.</exception>
    public static string SegmentOf(HttpRequest request, int index, string field, string routed)
    {
        var parts = TargetOf(request).Split('/');
        return index < parts.Length && Decode(field, parts[index]) is var segment
            && segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) == routed.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            ? segment
            : throw Ambiguous(field);
    }

    private static string TargetOf(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        // The absolute form, which proxies send: RFC 9112, section 3.2.2.
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
            target = target.IndexOf('/', scheme + 3) is >= 0 and var start ? target[start..] : "/";
        return target;
    }

    private static (string Namespace, string? KeyPart) Split(HttpRequest request, string routed)
    {
        var parts = TargetOf(request).Split('/', LeadingSegments + 2);
        if (parts.Length <= LeadingSegments) throw Ambiguous("namespace");
        var space = Decode("namespace", parts[LeadingSegments]);
        if (space.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) != routed.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase))
            throw Ambiguous("namespace");
        if (space.StartsWith(Reserved, StringComparison.Ordinal))
            throw new NexusValidationException("namespace", $"must not begin with {Reserved}, which is reserved for Nexus");
        return (space, parts.Length > LeadingSegments + 1 ? parts[LeadingSegments + 1] : null);
    }

    /// <summary>Once, and strictly: a sequence that is not percent-encoded UTF-8 has no meaning.</summary>
    private static string Decode(string field, string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                length += Encoding.UTF8.GetBytes(text.AsSpan(i, 1), bytes.AsSpan(length));
                continue;
            }
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])) throw NotEncoded(field);
            bytes[length++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
            i += 2;
        }
        return System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length) : throw NotEncoded(field);
    }

    private static NexusValidationException NotEncoded(string field) => new(field, "must be UTF-8 in percent-encoding");

    private static NexusValidationException Ambiguous(string field) => new(
        field, "cannot be read from this path: percent-encode it, slashes as %2F; the keys . and .. cannot be part of a path");
}
