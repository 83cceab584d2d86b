using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Operations.Backup;
using Nexus.Operations.Maintenance;
using Nexus.Server.Settings;

namespace Nexus.Server.Dashboard;

/// <summary>Adds the dashboard to the server.</summary>
internal static class DashboardServices
{
    public static void AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<FormTokens>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<DashboardPages>();
        services.AddSingleton<PageContextFactory>();
        services.AddSingleton<OperationMeter>();
        services.AddSingleton<FigureRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<FigureRecorder>());
        services.AddSingleton<StoreGlance>();
        services.AddSingleton<HealthReader>();
        services.AddSingleton<DatabaseReader>();
        services.AddSingleton<DatabaseAudit>();
        services.AddSingleton<LiveFigures>();
        services.AddSingleton<LiveStream>();
        services.AddSingleton(provider => new MaintenanceDesk(
            provider.GetRequiredService<NexusDb>(), provider.GetRequiredService<ServerOptions>().Nexus,
            provider.GetRequiredService<ServerOptions>().Maintenance, provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    public static void MapDashboard(this WebApplication app)
    {
        app.MapSignIn();
        app.MapOverview();
        app.MapSessionPages();
        app.MapSubscriberPages();
        app.MapForgetPages();
        app.MapBotStatePages();
        app.MapTradePages();
        app.MapTaskPages();
        app.MapOutboxPages();
        app.MapApiKeyPages();
        app.MapHistoryPages();
        app.MapDatabasePages();
        app.MapAlertPages();
        app.MapQueryPages();
        app.MapMaintenancePages();
        if (app.Services.GetService<IBackupCatalog>() is not null) app.MapBackupPages();
        // Open streams would delay the shutdown.
        app.Lifetime.ApplicationStopping.Register(() => app.Services.GetRequiredService<LiveStream>().EndAll());
    }

    /// <summary>Believes the trusted proxies, and removes the path base from the path if the proxy left it there.</summary>
    public static void UseProxySettings(this WebApplication app, DashboardOptions options)
    {
        if (options.TrustedProxies.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost
                    | ForwardedHeaders.XForwardedPrefix,
                ForwardLimit = options.TrustedProxies.Count,
            };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in options.Proxies) forwarded.KnownIPNetworks.Add(network);
            app.UseForwardedHeaders(forwarded);
        }
        if (options.Prefix is not { Length: > 0 } prefix) return;
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (request.Path.StartsWithSegments(prefix, StringComparison.Ordinal, out var rest)) request.Path = rest.HasValue ? rest : "/";
            request.PathBase = prefix;
            return next(context);
        });
    }
}
