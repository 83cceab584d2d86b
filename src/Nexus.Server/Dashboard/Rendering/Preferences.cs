using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Dashboard;

/// <summary>The reader's choices, which cookies keep: language and theme.</summary>
internal static class Preferences
{
    public const string LanguageCookie = "nexus_language";
    public const string ThemeCookie = "nexus_theme";

    public static IReadOnlyList<string> Themes { get; } = ["system", "light", "dark"];

    /// <summary>The chosen language, or the first one of the browser that there is, or English.</summary>
    public static Texts LanguageOf(HttpRequest request)
    {
        if (Texts.Find(request.Cookies[LanguageCookie]) is { } chosen) return chosen;
        foreach (var part in request.Headers.AcceptLanguage.ToString().Split(',', 20))
        {
            var tag = part.AsSpan().Trim();
            if (tag.Length >= 2 && Texts.Find(tag[..2].ToString().ToLowerInvariant()) is { } accepted) return accepted;
        }
        return Texts.English;
    }

    public static string ThemeOf(HttpRequest request) => request.Cookies[ThemeCookie] is { } theme && Themes.Contains(theme) ? theme : Themes[0];
}
