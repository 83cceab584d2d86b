using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Engine;
using Nexus.Server.Dashboard;

namespace Nexus.Server.Api;

/// <summary>Makes the caller's key the author of what a request changes: docs/http-api.md, "History of changes".</summary>
internal static class RequestAuthor
{
    public static async Task NameAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsGet(context.Request.Method) || context.Features.Get<ApiKey>() is not { } key)
        {
            await next(context);
            return;
        }
        var origin = context.Features.Get<SignedIn>() is null ? ChangeOrigin.Api : ChangeOrigin.Dashboard;
        using var author = context.RequestServices.GetRequiredService<NexusDb>().History.By(new ChangeAuthor(key.Id, key.Name, origin));
        await next(context);
    }
}
