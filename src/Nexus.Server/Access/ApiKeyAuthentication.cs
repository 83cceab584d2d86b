using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nexus.Server.Http;

namespace Nexus.Server.Access;

/// <summary><c>Authorization: Bearer KEY</c>: https://www.rfc-editor.org/rfc/rfc6750#section-2.1.</summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeyRegistry keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "Bearer";

    private const string Prefix = Scheme + " ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return Task.FromResult(AuthenticateResult.NoResult());
        return Task.FromResult(keys.Find(header[Prefix.Length..].Trim()) is { } key
            ? AuthenticateResult.Success(new AuthenticationTicket(key.Principal, Scheme))
            : AuthenticateResult.Fail("unknown key"));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Scheme;
        var given = Request.Headers.Authorization.Count > 0;
        return Problem.Of(StatusCodes.Status401Unauthorized, "unauthorized", given ? "the API key is not known here" : "send an API key: Authorization: Bearer KEY").WriteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var policy = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return Problem.Of(StatusCodes.Status403Forbidden, "forbidden", $"the API key lacks the scope {policy}").WriteAsync(Context);
    }
}

internal static class ApiKeyAuthorization
{
    public const string Bot = "bot";
    public const string Admin = "admin";
    public const string Metrics = "metrics";

    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyRegistry>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeyRegistry>());
        services.AddAuthentication(ApiKeyAuthentication.Scheme).AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.Scheme, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Bot, policy => policy.RequireClaim(ApiKey.ScopeClaim, Bot, Admin))
            .AddPolicy(Admin, policy => policy.RequireClaim(ApiKey.ScopeClaim, Admin))
            .AddPolicy(Metrics, policy => policy.RequireClaim(ApiKey.ScopeClaim, Metrics, Admin));
        return services;
    }

    public static bool MaySeeSecrets(this HttpContext context) => context.User.HasClaim(ApiKey.ScopeClaim, "secrets");

    public static TBuilder Requires<TBuilder>(this TBuilder builder, string policy)
        where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(policy);
}
