using Microsoft.AspNetCore.Routing;
using Nexus.Server.Api;
using Nexus.Server.Dashboard;
using Nexus.Server.Settings;

namespace Nexus.Server.Tests.Access;

public class OpenRouteTests
{
    [Fact]
    public async Task Only_what_is_listed_here_is_open_to_everybody()
    {
        await using var server = NexusServer.Build(
            new ServerOptions { Urls = "http://127.0.0.1:0", Nexus = new NexusOptions { Keys = Nexus.Secrets.KeyRing.GenerateKey() } });
        var routes = ((IEndpointRouteBuilder)server).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToArray();

        var open = routes.Where(route => route.Metadata.GetMetadata<RequiredScope>() is null
                && route.Metadata.GetMetadata<DashboardArea>() is null or { Scopes: ApiScopes.None })
            .Select(route => $"/{route.RoutePattern.RawText!.TrimStart('/')}").Distinct();

        // Below /docs are the page and its own files.
        Assert.Equal(
            ["/assets/{version}/{name}", "/health/live", "/health/ready", "/openapi/v1-3.0.json", "/openapi/v1.json",
                "/preferences", "/sign-in", "/sign-out"],
            open.Where(route => !route.StartsWith("/docs/", StringComparison.Ordinal)).Order());
        Assert.Equal(ApiKeyTests.Routes.Count, routes.Count(route => route.Metadata.GetMetadata<RequiredScope>() is not null));
    }
}
