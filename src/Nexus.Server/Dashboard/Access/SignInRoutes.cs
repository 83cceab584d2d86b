using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>Sign-in with an API key, sign-out, and the reader's preferences.</summary>
internal static partial class SignInRoutes
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.Show("/sign-in", DashboardArea.Open, ShowAsync);
        routes.Change("/sign-in", DashboardArea.Open, SignInAsync);
        routes.Change("/sign-out", DashboardArea.Open, SignOutAsync);
        routes.Change("/preferences", DashboardArea.Open, PreferAsync);
        routes.Show(AssetFiles.Pattern, DashboardArea.Open, AssetFiles.SendAsync);
    }

    private static Task<IResult> ShowAsync(DashboardRequest request)
    {
        var target = ReturnAddress.Local(request.Query("return"));
        return Task.FromResult(
            request.Http.Features.Get<SignedIn>() is null
                ? DashboardRequest.Page<SignInPage, SignInModel>(new SignInModel(target))
                : Results.Redirect(request.Http.Request.PathBase + target));
    }

    private static async Task<IResult> SignInAsync(DashboardRequest request)
    {
        var target = ReturnAddress.Local(request.Form["return"]);
        var throttle = request.Service<SignInThrottle>();
        if (throttle.TryBegin(request.Http) is { Ticks: > 0 } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            request.Http.Response.Headers.RetryAfter = seconds.ToString();
            return Refuse(new SignInModel(target, "too_many", seconds), StatusCodes.Status429TooManyRequests);
        }
        var logger = request.Service<ILogger<SignInThrottle>>();
        var key = request.Form["secret_key"] is { } text ? await request.Service<ApiKeyRegistry>().FindAsync(text, request.Aborted) : null;
        if (key is null)
        {
            LogRefused(logger, request.Http.Connection.RemoteIpAddress?.ToString() ?? "the local socket");
            return Refuse(new SignInModel(target, "unknown"), StatusCodes.Status401Unauthorized);
        }
        throttle.Succeed(request.Http);
        if (!DashboardArea.See.Admits(key)) return Refuse(new SignInModel(target, "no_scope"), StatusCodes.Status403Forbidden);
        request.Service<SessionCookie>().Issue(request.Http, key);
        LogSignedIn(logger, key.Id);
        return SeeOther(request, target);
    }

    private static Task<IResult> SignOutAsync(DashboardRequest request)
    {
        SessionCookie.Remove(request.Http);
        return Task.FromResult(SeeOther(request, "/sign-in"));
    }

    private static Task<IResult> PreferAsync(DashboardRequest request)
    {
        var cookies = request.Http.Response.Cookies;
        var options = DashboardCookies.Preference(request.Http);
        if (request.Form["theme"] is { } theme && Preferences.Themes.Contains(theme)) cookies.Append(Preferences.ThemeCookie, theme, options);
        if (Texts.Find(request.Form["language"]) is { } texts) cookies.Append(Preferences.LanguageCookie, texts.Language, options);
        return Task.FromResult(SeeOther(request, ReturnAddress.Local(request.Form["return"])));
    }

    private static IResult Refuse(SignInModel model, int status) => DashboardRequest.Page<SignInPage, SignInModel>(model, status);

    private static IResult SeeOther(DashboardRequest request, string path)
    {
        request.Http.Response.Headers.Location = request.Http.Request.PathBase + path;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    [LoggerMessage(3061, LogLevel.Information, "The API key {KeyId} signed in to the dashboard")]
    private static partial void LogSignedIn(ILogger logger, string keyId);

    [LoggerMessage(3062, LogLevel.Warning, "A sign-in to the dashboard with an unknown API key from {Address} was refused")]
    private static partial void LogRefused(ILogger logger, string address);
}
