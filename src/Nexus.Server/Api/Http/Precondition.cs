using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>The condition of a write on the stored record: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.</summary>
/// <param name="Version">The required version; 0 if there must be no record, null for any.</param>
/// <param name="MustExist"><c>If-Match: *</c>.</param>
/// <param name="OneOf">The allowed versions: a list of tags in <c>If-Match</c>.</param>
internal readonly record struct Precondition(long? Version, bool MustExist = false, IReadOnlyList<long>? OneOf = null)
{
    private const string Expected = "must be * or versions as the ETag header shows them, such as \"3\"";
    private const int MaxTags = 100;

    public static bool IsStated(HttpRequest request) =>
        request.Headers.ContainsKey(HeaderNames.IfMatch) || request.Headers.ContainsKey(HeaderNames.IfNoneMatch);

    /// <exception cref="NexusValidationException">A header is invalid: a write must not proceed without its condition.</exception>
    public static Precondition Of(HttpRequest request)
    {
        var ifMatch = request.Headers.IfMatch.ToString();
        var ifNoneMatch = request.Headers.IfNoneMatch.ToString();
        if (request.Headers.ContainsKey(HeaderNames.IfNoneMatch))
        {
            if (request.Headers.ContainsKey(HeaderNames.IfMatch))
                throw new NexusValidationException("If-None-Match", "cannot be combined with If-Match");
            if (ifNoneMatch != "*") throw new NexusValidationException("If-None-Match", "must be * on a write");
            return new Precondition(Version: 0);
        }
        if (!request.Headers.ContainsKey(HeaderNames.IfMatch)) return default;
        if (ifMatch == "*") return new Precondition(null, MustExist: true);
        long[] versions =
        [
            .. ifMatch.Split(',', MaxTags, StringSplitOptions.TrimEntries)
            .Select(tag => ParseTag(tag) ?? throw new NexusValidationException("If-Match", Expected))
        ];
        return versions is [var only] ? new Precondition(only) : new Precondition(null, OneOf: versions);
    }

    /// <summary>Whether a read can return 304 because the caller has this version.</summary>
    public static bool IsKnown(HttpRequest request, long version)
    {
        var header = request.Headers.IfNoneMatch.ToString();
        if (header.Length == 0) return false;
        return header == "*" || header.Split(',', StringSplitOptions.TrimEntries).Any(tag => ParseTag(tag) == version);
    }

    public static string Tag(long version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>
    /// Writes under the condition. A condition without a single version is checked against the version that is read, and again if a newer one
    /// appears.
    /// </summary>
    /// <param name="record">The name of the record in errors.</param>
    /// <param name="creates">Whether the write creates a missing record, which <c>If-Match</c> forbids.</param>
    /// <param name="readVersion">Reads the stored version; 0 if there is no record.</param>
    /// <param name="write">Writes over a version, or over any version if it is null.</param>
    /// <exception cref="PreconditionFailedException">The condition is not met.</exception>
    public async Task<T> ApplyAsync<T>(string record, bool creates, Func<Task<long>> readVersion, Func<long?, Task<T>> write)
    {
        if (!MustExist && OneOf is null) return await write(Version);
        var oneOf = OneOf;
        return await Contention.WriteAsync(WriteOverReadAsync, mayRepeat: true, TimeProvider.System, CancellationToken.None);

        async Task<T> WriteOverReadAsync()
        {
            var version = await readVersion();
            // A request that fails without the condition fails in the same way with it: RFC 9110, section 13.2.1.
            if (version == 0 && !creates) return await write(null);
            return (oneOf is null ? version > 0 : oneOf.Contains(version))
                ? await write(version)
                : throw new PreconditionFailedException(record, version);
        }
    }

    /// <summary>
    /// A weak tag counts as a strong one: a version identifies the state of the record in any encoding, and proxies that compress weaken tags.
    /// </summary>
    private static long? ParseTag(string tag)
    {
        if (tag.StartsWith("W/", StringComparison.Ordinal)) tag = tag[2..];
        return tag.Length > 2 && tag[0] == '"' && tag[^1] == '"'
            && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : null;
    }
}

/// <summary>The record does not match <c>If-Match</c>. Nothing was written.</summary>
internal sealed class PreconditionFailedException(string record, long version)
    : Exception(
        version == 0
            ? $"{record} does not exist, and If-Match does not create records"
            : $"{record} is at version {version}, which does not match If-Match")
{
    /// <summary>The stored version; 0 if there is no record.</summary>
    public long Version { get; } = version;
}
