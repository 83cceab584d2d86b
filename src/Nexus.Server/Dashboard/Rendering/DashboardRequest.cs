using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Errors;
using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>What a route of the dashboard works with.</summary>
internal sealed class DashboardRequest(HttpContext http)
{
    /// <summary>Rows of a list on a page.</summary>
    public const int PageRows = 50;

    public HttpContext Http => http;

    public NexusDb Db { get; } = http.RequestServices.GetRequiredService<NexusDb>();

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>The form, which was checked.</summary>
    public DashboardForm Form => http.Features.GetRequiredFeature<DashboardForm>();

    /// <summary>The caller's key.</summary>
    public ApiKey Key => http.Caller();

    public DateTimeOffset Now => Service<TimeProvider>().GetUtcNow();

    public T Service<T>()
        where T : notnull => http.RequestServices.GetRequiredService<T>();

    /// <summary>A value of the query; null if it is missing or empty.</summary>
    public string? Query(string name) => http.Request.Query[name].ToString().Trim() is { Length: > 0 } value ? value : null;

    /// <summary>A part of the path.</summary>
    public string Route(string name) => Uri.UnescapeDataString(http.Request.RouteValues[name]?.ToString() ?? "");

    /// <summary>A share of the reads of lists that one key may make at once.</summary>
    public ValueTask<Share> TakeListAsync(int weight = 1) => http.TakeListAsync(weight);

    public static IResult Page<TPage, TModel>(TModel model, int status = StatusCodes.Status200OK)
        where TPage : DashboardPage<TModel>
        where TModel : class => PageView.Of<TPage, TModel>(model, status);

    /// <summary>Shows another page after a change, with a confirmation. The browser asks for it with GET, so reloading repeats nothing.</summary>
    public IResult Done(string path, string confirmation)
    {
        var mark = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        http.Response.Headers.Location = $"{http.Request.PathBase}{path}{mark}done={confirmation}";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>The status of a page that shows an error beside what was typed.</summary>
    public static int StatusOf(NexusException error) => error switch
    {
        NexusNotFoundException => StatusCodes.Status404NotFound,
        NexusConflictException or NexusStateException or NexusAmbiguousException or StoreRejectedException => StatusCodes.Status409Conflict,
        NexusValidationException => StatusCodes.Status400BadRequest,
        StoreUnavailableException or UnknownOutcomeException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
