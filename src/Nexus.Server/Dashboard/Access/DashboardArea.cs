using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>What a route of the dashboard requires.</summary>
/// <param name="Scopes">Any of these scopes; none for a route that is open to everybody.</param>
/// <param name="IsStream">Whether the route counts its own use and answers without a page.</param>
internal sealed record DashboardArea(ApiScopes Scopes, bool IsStream = false)
{
    /// <summary>The sign-in page and the files.</summary>
    public static DashboardArea Open { get; } = new(ApiScopes.None);

    /// <summary>Every page that only shows.</summary>
    public static DashboardArea See { get; } = new(ApiScopes.Viewer | ApiScopes.Bot | ApiScopes.Admin);

    /// <summary>Changes that a bot may make.</summary>
    public static DashboardArea Operate { get; } = new(ApiScopes.Bot | ApiScopes.Admin);

    /// <summary>Pages and changes of administrators.</summary>
    public static DashboardArea Manage { get; } = new(ApiScopes.Admin);

    /// <summary>The live figures.</summary>
    public static DashboardArea Live { get; } = See with { IsStream = true };

    public bool Admits(ApiKey key) => (key.Scopes & Scopes) != ApiScopes.None;
}
