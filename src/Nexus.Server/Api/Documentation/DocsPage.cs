using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Nexus.Server.Api;

/// <summary>
/// The interactive API documentation at /docs, with samples in the languages of the clients. The page loads everything from this server; a content
/// security policy forbids anything else.
/// </summary>
internal static class DocsPage
{
    public const string Path = "/docs";

    /// <summary>The languages of the clients. Samples for fetch are TypeScript, too.</summary>
    private static readonly KeyValuePair<ScalarTarget, ScalarClient>[] Samples =
    [
        new(ScalarTarget.Shell, ScalarClient.Curl), new(ScalarTarget.Python, ScalarClient.HttpxSync),
        new(ScalarTarget.JavaScript, ScalarClient.Fetch), new(ScalarTarget.CSharp, ScalarClient.HttpClient),
    ];

    public static void MapDocs(this IEndpointRouteBuilder routes) =>
        routes.MapScalarApiReference(Path, options =>
        {
            options.WithTitle("Nexus")
                .WithOpenApiRoutePattern(OpenApiDocumentation.Route)
                .WithNonce()
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideDeveloperTools()
                .HideClientButton()
                .WithDefaultHttpClient(ScalarTarget.Shell, ScalarClient.Curl)
                .WithFeaturedClients([.. Samples])
                .AddPreferredSecuritySchemes(ScopeDocs.Preferred);
            options.EnabledTargets = [.. Samples.Select(sample => sample.Key)];
            options.EnabledClients = [.. Samples.Select(sample => sample.Value)];
        });

    /// <summary>Scripts of this server and the page's own, which carries the nonce of the response.</summary>
    public static string PolicyOf(HttpContext context) =>
        $"default-src 'self'; script-src 'self'{(NonceOf(context) is { } nonce ? $" 'nonce-{nonce}'" : "")}; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; "
        + "form-action 'self'";

    private static string? NonceOf(HttpContext context) => context.Items[ScalarOptions.NonceHttpContextItemKey] as string;
}
