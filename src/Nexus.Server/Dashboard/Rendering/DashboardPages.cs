using Microsoft.AspNetCore.Http;
using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>The pages that stand in place of others: sign-in, refusals and errors.</summary>
internal sealed class DashboardPages
{
    public IResult SignInFirst(HttpContext http, DashboardArea area) => area.IsStream
        ? Results.StatusCode(StatusCodes.Status401Unauthorized)
        : Results.Redirect(ReturnAddress.SignIn(http.Request));

    public IResult Forbidden(HttpContext http) =>
        PageView.Of<MessagePage, MessageModel>(new MessageModel("forbidden", http.Request.Method), StatusCodes.Status403Forbidden);

    /// <summary>A form whose token is not valid any more. Nothing was done, and what was typed is shown, to be sent again.</summary>
    public IResult StaleForm(HttpContext http, DashboardForm form, bool isSignedIn) => PageView.Of<StaleFormPage, StaleFormModel>(
        new StaleFormModel($"{http.Request.Path}{http.Request.QueryString}", form.Shown, form.HasSecrets, isSignedIn),
        isSignedIn ? StatusCodes.Status400BadRequest : StatusCodes.Status401Unauthorized);

    public IResult Error(HttpContext http, Problem problem) => PageView.Of<MessagePage, MessageModel>(
        new MessageModel(MessageOf(problem.Body.Status), http.Request.Method) { Detail = problem.Body.Detail, TraceId = problem.Body.TraceId },
        problem.Body.Status);

    private static string MessageOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status429TooManyRequests => "busy",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        >= 500 => "failed",
        _ => "refused",
    };
}
