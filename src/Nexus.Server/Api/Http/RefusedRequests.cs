using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Server.Api;

/// <summary>
/// Returns a problem document for what Kestrel refuses before any middleware runs, such as a path with %00, instead of an empty body. Kestrel
/// announces each refusal to its diagnostic source, and sends its own response only if none has begun. At that moment it has no writer for a body
/// yet, so the body goes to the connection behind the head that Kestrel writes.
/// </summary>
internal sealed class RefusedRequests(IServiceProvider services) : DiagnosticSource
{
    private const string Refused = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private const string Nul = "%00";

    public override bool IsEnabled(string name) => name == Refused;

    [RequiresUnreferencedCode("As the overridden method; the value is an interface.")]
    public override void Write(string name, object? value)
    {
        if (name != Refused || value is not IFeatureCollection features || features.Get<IHttpResponseFeature>() is not { HasStarted: false } response)
            return;
        // The connection of HTTP/2 and later carries frames of several requests.
        if (features.Get<IHttpRequestFeature>()?.Protocol is "HTTP/2" or "HTTP/3") return;
        var problem = ProblemOf(features);
        var body = JsonSerializer.SerializeToUtf8Bytes(problem.Body, ServerJson.Strict.ProblemBody);
        response.StatusCode = problem.Body.Status;
        response.Headers.ContentType = Problem.ContentType;
        response.Headers.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Connection = "close";
        if (features.Get<IHttpResponseBodyFeature>()?.StartAsync() is not { IsCompletedSuccessfully: true }) return;
        // A caller that does not read has its connection closed without the rest.
        _ = features.Get<IConnectionTransportFeature>()?.Transport.Output.WriteAsync(body).AsTask();
    }

    private Problem ProblemOf(IFeatureCollection features)
    {
        var path = features.Get<IHttpRequestFeature>()?.RawTarget?.Split('?', 2)[0] ?? "";
        if (path.Contains(Nul, StringComparison.Ordinal))
        {
            var field = ParameterWithNul(path);
            return Problem.Of(StatusCodes.Status400BadRequest, "invalid", $"{field}: must not contain the NUL character", field);
        }
        var status = (features.Get<IBadRequestExceptionFeature>()?.Error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        return status switch
        {
            StatusCodes.Status405MethodNotAllowed => Problem.ForStatus(status),
            StatusCodes.Status408RequestTimeout => Problem.Of(status, "timeout", "the request arrived too slowly"),
            StatusCodes.Status413PayloadTooLarge => Problem.Of(status, "too_large", "body: is too large", "body"),
            StatusCodes.Status414UriTooLong => Problem.Of(status, "too_large", "the request line is too long"),
            StatusCodes.Status431RequestHeaderFieldsTooLarge => Problem.Of(status, "too_large", "the headers are too long or too many"),
            StatusCodes.Status505HttpVersionNotsupported =>
                Problem.Of(status, "invalid", "this HTTP version is not supported; use HTTP/1.1 or HTTP/2"),
            _ => Problem.Of(status, "invalid", "the request line or a header is malformed; control characters are not allowed in either"),
        };
    }

    /// <summary>The parameter of the most exact route that the path fits; "path" if there is none.</summary>
    private string ParameterWithNul(string path)
    {
        var segments = path.Trim('/').Split('/');
        var place = Array.FindIndex(segments, segment => segment.Contains(Nul, StringComparison.Ordinal));
        return services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => Fits(endpoint.RoutePattern, segments))
            .OrderByDescending(endpoint => endpoint.RoutePattern.PathSegments.Count(segment => segment.Parts is [RoutePatternLiteralPart]))
            .Select(endpoint => ParameterOf(endpoint.RoutePattern, place))
            .FirstOrDefault(name => name is not null) ?? "path";
    }

    private static bool Fits(RoutePattern pattern, string[] segments)
    {
        var wanted = pattern.PathSegments;
        var hasRest = wanted.Count > 0 && wanted[^1].Parts is [RoutePatternParameterPart { IsCatchAll: true }];
        if (hasRest ? segments.Length < wanted.Count - 1 : segments.Length != wanted.Count) return false;
        return !wanted.Where((segment, n) => n < segments.Length && segment.Parts is [RoutePatternLiteralPart literal]
            && !literal.Content.Equals(segments[n], StringComparison.OrdinalIgnoreCase)).Any();
    }

    private static string? ParameterOf(RoutePattern pattern, int place) => pattern.PathSegments.Count == 0 ? null
        : pattern.PathSegments[Math.Min(place, pattern.PathSegments.Count - 1)].Parts.OfType<RoutePatternParameterPart>().FirstOrDefault()?.Name;
}
