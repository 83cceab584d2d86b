using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Nexus.Server.Api;

/// <summary>Documentation of a route, given where the route is mapped.</summary>
internal static class EndpointDocs
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder builder, string summary, string? description = null)
    {
        builder.WithSummary(summary);
        return description is null ? builder : builder.WithDescription(description);
    }

    /// <summary>Errors specific to the route. Errors that any route can return are added for all (<see cref="OpenApiDocumentation"/>).</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder builder, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) builder.Produces<ProblemBody>(status, Problem.ContentType);
        return builder;
    }

    /// <summary>The largest body in bytes; null for none. Kestrel refuses a longer one before it is read whole.</summary>
    public static RouteHandlerBuilder Limit(this RouteHandlerBuilder builder, long? bytes) => builder.WithMetadata(new SizeLimit(bytes));

    private sealed record SizeLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
