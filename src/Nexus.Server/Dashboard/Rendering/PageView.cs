using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Nexus.Server.Dashboard;

/// <summary>A response that is a page: a component rendered to HTML, without a circuit and without state on the server.</summary>
internal sealed class PageView(Type page, object model, int status) : IResult
{
    public static PageView Of<TPage, TModel>(TModel model, int status = StatusCodes.Status200OK)
        where TPage : DashboardPage<TModel>
        where TModel : class => new(typeof(TPage), model, status);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var context = services.GetRequiredService<PageContextFactory>().Create(httpContext);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(PageContext)] = context,
            [nameof(Type)] = page,
            ["Model"] = model,
        });
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<PageHost>(parameters);
            var text = new StringWriter();
            root.WriteHtmlTo(text);
            return text.GetStringBuilder();
        });
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        var body = Encoding.UTF8.GetBytes(html.ToString());
        httpContext.Response.ContentLength = body.Length;
        await httpContext.Response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
    }
}
