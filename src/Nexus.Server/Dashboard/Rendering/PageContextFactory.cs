using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Operations.Backup;
using Nexus.Server.Api;
using Nexus.Server.Settings;

namespace Nexus.Server.Dashboard;

/// <summary>Makes the context of a page from its request.</summary>
internal sealed class PageContextFactory(NexusDb db, FormTokens tokens, ServerOptions options, TimeProvider clock)
{
    public PageContext Create(HttpContext http)
    {
        var request = http.Request;
        var key = http.Features.Get<SignedIn>()?.Key;
        return new PageContext
        {
            Texts = Preferences.LanguageOf(request),
            Theme = Preferences.ThemeOf(request),
            PathBase = request.PathBase.Value ?? "",
            Path = request.Path.Value ?? "/",
            Address = $"{request.Path}{request.QueryString}",
            Visitor = key is null ? null : VisitorOf(key),
            FormToken = tokens.Create(http),
            Now = clock.GetUtcNow(),
            Fallback = db.Fallback,
            Done = HttpMethods.IsGet(request.Method) ? request.Query["done"].ToString() : null,
            IsDemo = options.IsDemo,
            HasBackups = http.RequestServices.GetService<IBackupCatalog>() is not null,
        };
    }

    private static Visitor VisitorOf(ApiKey key) => new(
        key.Name,
        string.Join(", ", key.Scopes.ToNames()),
        DashboardArea.Operate.Admits(key),
        DashboardArea.Manage.Admits(key));
}
