using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>What a write says about the record that it was made for: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.</summary>
/// <param name="Version">Only over this version, 0: only where there is none, null: any.</param>
/// <param name="MustExist"><c>If-Match: *</c>.</param>
/// <param name="OneOf">Only over one of these versions: a list of tags in <c>If-Match</c>.</param>
internal readonly record struct Precondition(long? Version, bool MustExist = false, IReadOnlyList<long>? OneOf = null)
{
    private const string Expected = "must be * or versions as the ETag header shows them, such as \"3\"";
    private const int MaxTags = 100;

    public static bool IsStated(HttpRequest request) => request.Headers.ContainsKey(HeaderNames.IfMatch) || request.Headers.ContainsKey(HeaderNames.IfNoneMatch);

    /// <exception cref="NexusValidationException">A header is not understood: a write must not go ahead without the condition that it was given.</exception>
    public static Precondition Of(HttpRequest request)
    {
        var ifMatch = request.Headers.IfMatch.ToString();
        var ifNoneMatch = request.Headers.IfNoneMatch.ToString();
        if (request.Headers.ContainsKey(HeaderNames.IfNoneMatch))
        {
            if (request.Headers.ContainsKey(HeaderNames.IfMatch)) throw new NexusValidationException("If-None-Match", "must not come together with If-Match");
            if (ifNoneMatch != "*") throw new NexusValidationException("If-None-Match", "must be * on a write");
            return new Precondition(Version: 0);
        }
        if (!request.Headers.ContainsKey(HeaderNames.IfMatch)) return default;
        if (ifMatch == "*") return new Precondition(null, MustExist: true);
        long[] versions = [.. ifMatch.Split(',', MaxTags, StringSplitOptions.TrimEntries).Select(tag => ParseTag(tag) ?? throw new NexusValidationException("If-Match", Expected))];
        return versions is [var only] ? new Precondition(only) : new Precondition(null, OneOf: versions);
    }

    /// <summary>Whether a read can be answered with 304: the caller has this version.</summary>
    public static bool IsKnown(HttpRequest request, long version)
    {
        var header = request.Headers.IfNoneMatch.ToString();
        if (header.Length == 0) return false;
        return header == "*" || header.Split(',', StringSplitOptions.TrimEntries).Any(tag => ParseTag(tag) == version);
    }

    public static string Tag(long version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>Writes under the condition. One that names no single version holds over the version that is read for it, and is judged again over a newer one.</summary>
    /// <param name="record">How the error names the record.</param>
    /// <param name="creates">Whether the write makes the record where there is none, which <c>If-Match</c> forbids.</param>
    /// <param name="readVersion">The version as it is stored; 0 where there is none.</param>
    /// <param name="write">Writes over a version, or over any where it is null.</param>
    /// <exception cref="PreconditionFailedException">The condition does not hold.</exception>
    public async Task<T> ApplyAsync<T>(string record, bool creates, Func<Task<long>> readVersion, Func<long?, Task<T>> write)
    {
        if (!MustExist && OneOf is null) return await write(Version);
        var oneOf = OneOf;
        return await Contention.WriteAsync(WriteOverReadAsync, mayRepeat: true, TimeProvider.System, CancellationToken.None);

        async Task<T> WriteOverReadAsync()
        {
            var version = await readVersion();
            // What fails without the condition fails as it does without it: RFC 9110, section 13.2.1.
            if (version == 0 && !creates) return await write(null);
            return (oneOf is null ? version > 0 : oneOf.Contains(version)) ? await write(version) : throw new PreconditionFailedException(record, version);
        }
    }

    /// <summary>A weak tag counts as a strong one: a version names the record's state however it is encoded, and proxies that compress weaken tags.</summary>
    private static long? ParseTag(string tag)
    {
        if (tag.StartsWith("W/", StringComparison.Ordinal)) tag = tag[2..];
        return tag.Length > 2 && tag[0] == '"' && tag[^1] == '"' && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }
}

/// <summary>The record is not as <c>If-Match</c> demands. Nothing was written.</summary>
internal sealed class PreconditionFailedException(string record, long version)
    : Exception(version == 0 ? $"{record} does not exist, and If-Match never creates" : $"{record} is at version {version}, which If-Match does not name")
{
    /// <summary>The version that is stored; 0: none.</summary>
    public long Version { get; } = version;
}
