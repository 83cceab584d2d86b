using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Nexus.Server.Api;

/// <summary>
/// HEAD is GET without the body (https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2). Every route treats it as GET, with the same key and headers;
/// the server itself sends no body in response to HEAD.
/// </summary>
internal static class HeadRequests
{
    private static readonly object Key = new();

    public static Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Items[Key] = true;
            context.Request.Method = HttpMethods.Get;
        }
        return next(context);
    }

    /// <summary>HEAD is allowed wherever GET is. Runs after routing, whose own endpoint for a refused method has no metadata.</summary>
    public static Task AllowAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is { Metadata.Count: 0 })
            context.Response.OnStarting(static state => AddHeadAsync(((HttpContext)state).Response), context);
        return next(context);
    }

    /// <summary>Whether the response has no body, so that creating it would be wasted.</summary>
    public static bool IsHead(this HttpContext context) => context.Items.ContainsKey(Key);

    private static Task AddHeadAsync(HttpResponse response)
    {
        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed && response.Headers.Allow.ToString() is { Length: > 0 } allowed
            && allowed.Split(',', StringSplitOptions.TrimEntries)
                .Contains(HttpMethods.Get, StringComparer.Ordinal)) response.Headers[HeaderNames.Allow] = $"{allowed}, {HttpMethods.Head}";
        return Task.CompletedTask;
    }
}
