using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Server.Api;

/// <summary>
/// Admits a request to a route that requires a scope if its key has the scope: <c>Authorization: Bearer KEY</c>,
/// https://www.rfc-editor.org/rfc/rfc6750#section-2.1. Why not the framework's authentication: docs/decisions/0010-access-by-api-key.md.
/// </summary>
internal sealed class ApiKeyGate(RequestDelegate next, ApiKeyRegistry keys)
{
    public const string Scheme = "Bearer";

    private const string Prefix = Scheme + " ";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is not { } required) return next(context);
        return AdmitAsync(context, required, FindAsync(context.Request));
    }

    private async Task AdmitAsync(HttpContext context, RequiredScope required, ValueTask<ApiKey?> found) =>
        await AdmitAsync(context, required, await found);

    private Task AdmitAsync(HttpContext context, RequiredScope required, ApiKey? found)
    {
        if (found is not { } key)
        {
            context.Response.Headers.WWWAuthenticate = Scheme;
            var given = context.Request.Headers.Authorization.Count > 0;
            return Problem.Of(
                StatusCodes.Status401Unauthorized,
                "unauthorized",
                given ? "the API key is unknown" : "send an API key: Authorization: Bearer KEY").WriteAsync(context);
        }
        if (!required.IsMetBy(key))
            return Problem.Of(StatusCodes.Status403Forbidden, "forbidden", $"the API key lacks the scope {required.Name}").WriteAsync(context);
        context.Features.Set(key);
        return next(context);
    }

    private ValueTask<ApiKey?> FindAsync(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? keys.FindAsync(header[Prefix.Length..].Trim(), request.HttpContext.RequestAborted)
            : ValueTask.FromResult<ApiKey?>(null);
    }
}

/// <summary>The scope that a route requires.</summary>
/// <param name="Scope">The scope. <see cref="ApiScopes.Admin"/> is always sufficient.</param>
/// <param name="Whole">The scope for the complete route, if <paramref name="Scope"/> allows only a part of it.</param>
internal sealed record RequiredScope(ApiScopes Scope, ApiScopes Whole = ApiScopes.None)
{
    public string Name { get; } = (Whole == ApiScopes.None ? Scope : Whole).ToNames()[0];

    public bool IsMetBy(ApiKey key) => (key.Scopes & (Scope | ApiScopes.Admin)) != ApiScopes.None;
}

internal static class ApiKeyAccess
{
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyRegistry>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeyRegistry>());
        return services;
    }

    /// <summary>Admits only callers whose key has the scope.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder builder, ApiScopes scope)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(scope));

    /// <summary>Admits only callers whose key has the scope. The handler checks what requires more.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder builder, ApiScopes scope, ApiScopes whole)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(scope, whole));

    /// <summary>The caller's key, on a route that requires a scope.</summary>
    public static ApiKey Caller(this HttpContext context) => context.Features.GetRequiredFeature<ApiKey>();

    public static bool MaySeeSecrets(this HttpContext context) => context.Caller().Scopes.HasFlag(ApiScopes.Secrets);
}
