using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Dashboard;

/// <summary>How the dashboard sets cookies.</summary>
internal static class DashboardCookies
{
    /// <summary>For what proves a caller: no script reads it, and no other site sends it. Ends with the browser.</summary>
    public static CookieOptions Strict(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = http.Request.PathBase.HasValue ? http.Request.PathBase.Value : "/",
        IsEssential = true,
    };

    /// <summary>For a choice of the reader, such as the language: kept for a year.</summary>
    public static CookieOptions Preference(HttpContext http)
    {
        var options = Strict(http);
        options.MaxAge = TimeSpan.FromDays(365);
        return options;
    }
}
