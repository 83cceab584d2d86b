using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.Alerts;
using Nexus.Operations.Monitoring;
using Nexus.Server.Api;
using Nexus.Server.Dashboard;
using Nexus.Server.Demo;
using Nexus.Server.Listening;
using Nexus.Server.Maintenance;
using Nexus.Server.Observability;
using Nexus.Server.Settings;

namespace Nexus.Server;

/// <summary>The HTTP server of the engine.</summary>
public static partial class NexusServer
{
    /// <summary>How long requests and queued writes may take to end when the server stops.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);

    /// <summary>Builds the server. Starting it opens the store.</summary>
    /// <exception cref="NexusConfigurationException">A setting is missing or wrong.</exception>
    public static WebApplication Build(ServerOptions options)
    {
        var addresses = ServerUrls.Parse(options.Urls);
        options.Nexus.IsServer = true;
        options.Nexus.Validate();
        options.Limits.Validate();
        options.Dashboard.Validate();
        options.Backups.Validate();
        // The empty builder reads no settings files and no ASPNETCORE_ variables, so only the options count and the start is faster.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(NexusServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().UseSockets(HandleManySmallRequests).ConfigureKestrel(kestrel => Limit(kestrel, options.Limits));
        builder.AddListening(options, addresses);
        var logging = new ServerLogging(options);
        logging.Configure(builder.Logging);
        options.ConfigureLogging?.Invoke(builder.Logging);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.Services.AddSingleton(options);
        builder.Services.AddRoutingCore();
        // Asked for by Kestrel alone; the rest of ASP.NET Core takes the DiagnosticListener.
        builder.Services.AddSingleton<System.Diagnostics.DiagnosticSource, RefusedRequests>();
        builder.Services.AddNexus(options.Nexus);
        builder.Services.AddMaintenance();
        builder.Services.AddApiKeys();
        builder.Services.AddSingleton<CallerLimits>();
        builder.Services.AddSingleton<RequestLocks>();
        builder.Services.AddEvents();
        builder.Services.AddBackups();
        builder.Services.AddHostedService<ServerPresence>();
        builder.Services.AddApiDocumentation();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddSingleton<ReadinessProbe>();
        builder.Services.AddSingleton<IMetricSource>(provider => provider.GetRequiredService<ServerMetrics>());
        builder.Services.AddMonitoring(options.Nexus, options.Monitoring);
        builder.Services.AddAlerts(options.Nexus, options.Alerts);
        if (options.Dashboard.Enabled) builder.Services.AddDashboard();
        if (options.IsDemo) builder.Services.AddHostedService<DemoTraffic>();

        var app = builder.Build();
        app.UseProxySettings(options.Dashboard);
        app.Use(HeadRequests.HandleAsync);
        app.UseMiddleware<ProblemMiddleware>();
        app.Use(SetHeadersAsync);
        app.UseRouting();
        app.Use(HeadRequests.AllowAsync);
        app.UseMiddleware<ApiKeyGate>();
        if (options.Dashboard.Enabled) app.UseMiddleware<DashboardGate>();
        app.UseMiddleware<CallerGate>();
        app.Use(FallbackHeaders.SetAsync);
        app.Use(StalenessHeader.AllowAsync);
        app.Use(RequestAuthor.NameAsync);
        app.UseMiddleware<IdempotencyGate>();
        app.MapSessions();
        app.MapDispatch();
        app.MapUsers();
        app.MapBotState();
        app.MapSystemConfig();
        app.MapTrades();
        app.MapFills();
        app.MapPerformance();
        app.MapCalibration();
        app.MapKeyedState();
        app.MapTasks();
        app.MapEvents();
        app.MapApiKeys();
        app.MapHistory();
        app.MapOutbox();
        app.MapAlerts();
        app.MapQueries();
        app.MapStatus();
        app.MapHealth();
        app.MapApiDocumentation();
        app.MapDocs();
        ServerMetrics.Map(app);
        if (options.Dashboard.Enabled) app.MapDashboard();
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            logging.HasStarted = true;
            _ = Task.Run(app.Services.GetRequiredService<ServerMetrics>().Begin, app.Lifetime.ApplicationStopping);
            ReportAddresses(app, addresses);
        });
        return app;
    }

    /// <summary>The given admin key, or that of a data folder; null if it cannot be read.</summary>
    public static Task<string?> FindAdminKeyAsync(string? given, string dataFolder, CancellationToken cancellationToken) =>
        AdminKey.FindAsync(given, dataFolder, cancellationToken);

    /// <summary>The addresses for callers, once the server has started, without the socket of the command line.</summary>
    public static IEnumerable<string> PublicUrls(WebApplication app) => app.Urls.Where(ServerUrls.IsPublic).Select(ServerUrls.Shown);

    private static void Limit(KestrelServerOptions kestrel, ServerLimits limits)
    {
        kestrel.AddServerHeader = false;
        // HTTP/2 without TLS has no relevant clients, and it would let one caller cause extra cost.
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        // What a connection can make the server buffer before it is processed.
        kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
        // Routes with larger bodies declare their limit.
        kestrel.Limits.MaxRequestBodySize = RequestBody.MaxRecordBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
    }

    /// <summary>
    /// Requests are small and served from memory or by a shared commit, so the overhead of the transport matters. A buffer for each idle connection
    /// saves every request an empty read, and a single thread pool saves a hop between two queues (docs/benchmarks.md).
    /// </summary>
    private static void HandleManySmallRequests(SocketTransportOptions sockets) =>
        (sockets.WaitForDataBeforeAllocatingBuffer, sockets.IOQueueCount) = (false, 0);

    private static Task SetHeadersAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        // Responses may contain secrets, so no cache may store them.
        headers.CacheControl = "no-store";
        if (context.Request.Path.StartsWithSegments(DocsPage.Path, StringComparison.OrdinalIgnoreCase))
        {
            // The page makes its nonce while it is written.
            context.Response.OnStarting(() =>
            {
                headers.ContentSecurityPolicy = DocsPage.PolicyOf(context);
                return Task.CompletedTask;
            });
        }
        return next(context);
    }

    private static void ReportAddresses(WebApplication app, IReadOnlyList<ListenAddress> asked)
    {
        foreach (var url in PublicUrls(app)) LogListening(app.Logger, url);
        foreach (var address in asked.Where(address => address is { IsLocal: false, IsTls: false })) LogExposed(app.Logger, address.Uri!.Authority);
    }

    [LoggerMessage(3000, LogLevel.Information, "Listening on {Url}")]
    private static partial void LogListening(ILogger logger, string url);

    [LoggerMessage(
        3001,
        LogLevel.Warning,
        "Listening on {Address} without TLS, reachable from other machines: API keys and secrets are sent in plain text unless a proxy "
            + "terminates TLS")]
    private static partial void LogExposed(ILogger logger, string address);
}
