using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Nexus.Server.Api;

/// <summary>What tells a request from another one under the same key: the route with its query, the caller's scopes and the body.</summary>
internal static class RequestFingerprint
{
    /// <summary>Reads the body and leaves it for the handler. It is counted like any body that is kept.</summary>
    /// <exception cref="LimitException">No memory was available for the body in time.</exception>
    public static async Task<byte[]> OfWholeAsync(HttpContext context)
    {
        using var hash = Begin(context);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > BodyLease.Uncounted) await BodyLease.Of(context).HoldAsync(read.Buffer.Length);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            foreach (var segment in read.Buffer) hash.AppendData(segment.Span);
            reader.AdvanceTo(read.Buffer.Start);
            return hash.GetHashAndReset();
        }
    }

    /// <summary>Without the body, for a route that reads it as it arrives.</summary>
    public static byte[] OfRoute(HttpContext context)
    {
        using var hash = Begin(context);
        return hash.GetHashAndReset();
    }

    private static IncrementalHash Begin(HttpContext context)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // A caller with fewer scopes must not get the response of one with more.
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Request.Method}\0{target}\0{(int)context.Caller().Scopes}\0"));
        return hash;
    }
}
