using Microsoft.AspNetCore.Components;

namespace Nexus.Server.Dashboard;

/// <summary>A part of a page. Data is read before a page is rendered, so no component waits for anything.</summary>
public abstract class DashboardComponent : ComponentBase
{
    /// <summary>The page.</summary>
    [CascadingParameter]
    public PageContext Page { get; set; } = null!;

    /// <summary>A text in the reader's language.</summary>
    protected string T(string key, params ReadOnlySpan<object?> values) => Page.T(key, values);

    /// <summary>An address in the dashboard.</summary>
    protected string Url(string path, params ReadOnlySpan<(string Name, object? Value)> query) => Page.Url(path, query);

    /// <summary>The reader's number formats.</summary>
    protected Formats In => Page.Texts.Formats;
}
