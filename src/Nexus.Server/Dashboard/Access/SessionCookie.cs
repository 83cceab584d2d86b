using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Nexus.Server.Api;
using Nexus.Server.Settings;

namespace Nexus.Server.Dashboard;

/// <summary>
/// The cookie of a sign-in: the id of the API key and two times, signed together with the key's hash. It ends with the key, with a change of its
/// scopes' key, after a time without requests, and in any case after <see cref="Longest"/>.
/// </summary>
internal sealed class SessionCookie(SigningKeys signing, ApiKeyRegistry keys, ServerOptions options, TimeProvider clock)
{
    public const string Name = "nexus_session";

    /// <summary>How long a sign-in lasts at most.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private const int MaxLength = 300;

    /// <summary>A request this long after the last renewal renews the cookie.</summary>
    private TimeSpan RenewAfter => options.Dashboard.IdleTimeout / 6;

    public async ValueTask<SignedIn?> ReadAsync(HttpContext http)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 and <= MaxLength } value) return null;
        if (value.Split('.') is not ["1", var id, var nonce, var started, var renewed, var signature]) return null;
        if (!TryReadTime(started, out var startedAt) || !TryReadTime(renewed, out var renewedAt)) return null;
        if (await keys.FindByIdAsync(id, http.RequestAborted) is not { } key) return null;
        if (!signing.IsSigned(TextOf(key, nonce, startedAt, renewedAt), signature)) return null;
        var now = clock.GetUtcNow();
        return renewedAt <= now + TimeSpan.FromMinutes(1) && now - renewedAt < options.Dashboard.IdleTimeout && now - startedAt < Longest
            ? new SignedIn(key, nonce, startedAt, renewedAt)
            : null;
    }

    public SignedIn Issue(HttpContext http, ApiKey key)
    {
        var now = clock.GetUtcNow();
        var signedIn = new SignedIn(key, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), now, now);
        Write(http, signedIn);
        return signedIn;
    }

    public void RenewIfOld(HttpContext http, SignedIn signedIn)
    {
        var now = clock.GetUtcNow();
        if (now - signedIn.RenewedAt >= RenewAfter) Write(http, signedIn with { RenewedAt = now });
    }

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, DashboardCookies.Strict(http));

    private void Write(HttpContext http, SignedIn signedIn)
    {
        var (key, nonce, started, renewed) = signedIn;
        var text = $"1.{key.Id}.{nonce}.{started.ToUnixTimeSeconds()}.{renewed.ToUnixTimeSeconds()}";
        http.Response.Cookies.Append(Name, $"{text}.{signing.Sign(TextOf(key, nonce, started, renewed))}", DashboardCookies.Strict(http));
    }

    private static string TextOf(ApiKey key, string nonce, DateTimeOffset started, DateTimeOffset renewed) =>
        $"session\n{key.Id}\n{nonce}\n{started.ToUnixTimeSeconds()}\n{renewed.ToUnixTimeSeconds()}\n{Convert.ToHexStringLower(key.Hash)}";

    private static bool TryReadTime(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length > 11 || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }
}
