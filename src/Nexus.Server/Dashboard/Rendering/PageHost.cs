using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Nexus.Server.Dashboard;

/// <summary>The root of a rendering: gives the page's context to all of its components.</summary>
internal sealed class PageHost : IComponent
{
    private RenderHandle _handle;

    public void Attach(RenderHandle renderHandle) => _handle = renderHandle;

    public Task SetParametersAsync(ParameterView parameters)
    {
        var context = parameters.GetValueOrDefault<PageContext>(nameof(PageContext))!;
        var page = parameters.GetValueOrDefault<Type>(nameof(Type))!;
        var model = parameters.GetValueOrDefault<object>("Model");
        _handle.Render(builder =>
        {
            builder.OpenComponent<CascadingValue<PageContext>>(0);
            builder.AddComponentParameter(1, nameof(CascadingValue<>.Value), context);
            builder.AddComponentParameter(2, nameof(CascadingValue<>.IsFixed), true);
            builder.AddComponentParameter(3, nameof(CascadingValue<>.ChildContent), (RenderFragment)(content => Build(content, page, model)));
            builder.CloseComponent();
        });
        return Task.CompletedTask;
    }

    private static void Build(RenderTreeBuilder builder, Type page, object? model)
    {
        builder.OpenComponent(0, page);
        builder.AddComponentParameter(1, nameof(DashboardPage<>.Model), model);
        builder.CloseComponent();
    }
}
