using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>
/// Stands before the dashboard's routes: headers, sign-in, scopes, the token of a form, and errors as pages. Other routes pass unchanged.
/// </summary>
internal sealed partial class DashboardGate(
    RequestDelegate next, SessionCookie cookie, FormTokens tokens, DashboardPages pages, ILogger<DashboardGate> logger)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        + "base-uri 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<DashboardArea>() is { } area ? AdmitAsync(context, area) : next(context);

    private async Task AdmitAsync(HttpContext context, DashboardArea area)
    {
        SetHeaders(context.Response.Headers);
        try
        {
            if (await FindRefusalAsync(context, area) is { } refusal) await refusal.ExecuteAsync(context);
            else await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested || context.Response.HasStarted)
        {
            throw;
        }
        catch (Exception error)
        {
            await ShowAsync(context, error);
        }
    }

    /// <summary>What is shown instead of the route; null if the request may go on.</summary>
    private async Task<IResult?> FindRefusalAsync(HttpContext context, DashboardArea area)
    {
        var signedIn = await cookie.ReadAsync(context);
        if (signedIn is not null)
        {
            context.Features.Set(signedIn);
            context.Features.Set(signedIn.Key);
        }
        var isPost = HttpMethods.IsPost(context.Request.Method);
        var form = isPost ? await DashboardForm.ReadAsync(context.Request) : null;
        if (area.Scopes != ApiScopes.None)
        {
            if (signedIn is null) return form is null ? pages.SignInFirst(context, area) : pages.StaleForm(context, form, isSignedIn: false);
            if (!area.Admits(signedIn.Key)) return pages.Forbidden(context);
        }
        if (form is not null)
        {
            if (!tokens.IsValid(context, form[FormTokens.Field])) return pages.StaleForm(context, form, signedIn is not null);
            context.Features.Set(form);
        }
        if (signedIn is not null) cookie.RenewIfOld(context, signedIn);
        return null;
    }

    private async Task ShowAsync(HttpContext context, Exception error)
    {
        var problem = Problem.From(error, context);
        if (problem is null or { Body.Status: StatusCodes.Status500InternalServerError }) LogFailed(logger, error, context.TraceIdentifier);
        problem ??= Problem.Unforeseen(context);
        context.Response.StatusCode = problem.Body.Status;
        await pages.Error(context, problem).ExecuteAsync(context);
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
    }

    [LoggerMessage(3060, LogLevel.Error, "A page failed: {TraceId}")]
    private static partial void LogFailed(ILogger logger, Exception error, string traceId);
}
