using Microsoft.AspNetCore.Components;

namespace Nexus.Server.Dashboard;

/// <summary>A page and the data that it shows.</summary>
/// <typeparam name="TModel">The data.</typeparam>
public abstract class DashboardPage<TModel> : DashboardComponent
    where TModel : class
{
    /// <summary>The data.</summary>
    [Parameter]
    [EditorRequired]
    public TModel Model { get; set; } = null!;
}
