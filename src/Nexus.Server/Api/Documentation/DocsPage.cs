using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Nexus.Server.Api;

/// <summary>
/// The interactive API documentation at /docs. The page loads everything from this server; a content security policy forbids anything else.
/// </summary>
internal static class DocsPage
{
    public const string Path = "/docs";

    public const string OwnContentOnly =
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            + "font-src 'self' data:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    public static void MapDocs(this IEndpointRouteBuilder routes) =>
        routes.MapScalarApiReference(Path, options => options
                .WithTitle("Nexus")
                .WithOpenApiRoutePattern(OpenApiDocumentation.Route)
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideDeveloperTools()
                .HideClientButton()
                .AddPreferredSecuritySchemes(ApiKeyGate.Scheme));
}
