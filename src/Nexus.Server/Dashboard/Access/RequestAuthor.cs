using Microsoft.AspNetCore.Http;
using Nexus.Engine;
using Nexus.History;
using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>Makes the caller's key the author of what a request changes: docs/http-api.md, "History of changes".</summary>
internal static class RequestAuthor
{
    public static Task NameAsync(HttpContext context, RequestDelegate next) =>
        HttpMethods.IsGet(context.Request.Method) || context.Features.Get<ApiKey>() is not { } key ? next(context) : NameAsync(context, key, next);

    private static async Task NameAsync(HttpContext context, ApiKey key, RequestDelegate next)
    {
        var origin = context.Features.Get<SignedIn>() is null ? ChangeOrigin.Api : ChangeOrigin.Dashboard;
        using var author = NexusHistory.By(new ChangeAuthor(key.Id, key.Name, origin));
        await next(context);
    }
}
