using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Dashboard;

/// <summary>
/// Tokens in forms, so that only pages of the dashboard can send them. A token belongs to one sign-in, or to one browser before it is signed in.
/// </summary>
internal sealed class FormTokens(SigningKeys signing, TimeProvider clock)
{
    public const string Field = "form_token";

    private const string VisitCookie = "nexus_visit";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>A token for the forms of this response.</summary>
    public string Create(HttpContext http)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return $"{now}.{signing.Sign(TextOf(OwnerOf(http) ?? StartVisit(http), now))}";
    }

    /// <summary>Whether a token was created for this browser or sign-in and is not too old.</summary>
    public bool IsValid(HttpContext http, string? token)
    {
        // A browser that says where a request comes from is believed before the token is looked at.
        if (http.Request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site && site is not ("same-origin" or "none")) return false;
        if (token is null or { Length: > 100 } || token.Split('.') is not [var time, var signature]) return false;
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var created) || OwnerOf(http) is not { } owner) return false;
        var age = clock.GetUtcNow().ToUnixTimeSeconds() - created;
        return age >= -60 && age < Lifetime.TotalSeconds && signing.IsSigned(TextOf(owner, created), signature);
    }

    private static string? OwnerOf(HttpContext http) =>
        http.Features.Get<SignedIn>() is { } signedIn ? $"session {signedIn.Nonce}"
        : http.Request.Cookies[VisitCookie] is { Length: 32 } visit ? $"visit {visit}" : null;

    private static string StartVisit(HttpContext http)
    {
        var visit = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        http.Response.Cookies.Append(VisitCookie, visit, DashboardCookies.Strict(http));
        return $"visit {visit}";
    }

    private static string TextOf(string owner, long created) => $"form\n{owner}\n{created}";
}
