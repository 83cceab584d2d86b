using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Server.Api;
using Nexus.Server.Settings;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Kit;

/// <summary>A server on a free port over a store of its own.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempFolder _folder;

    private RunningServer(WebApplication app, TempFolder folder, StoreHome home, string adminKey, RecordedLogs logs)
    {
        (_app, _folder, Home, AdminKey, Logs) = (app, folder, home, adminKey, logs);
        Url = NexusServer.PublicUrls(app).Single();
        Admin = new ApiClient(Url, adminKey);
    }

    public string Url { get; }

    public string AdminKey { get; }

    public StoreHome Home { get; }

    public RecordedLogs Logs { get; }

    public string DataFolder => _folder.Path;

    /// <summary>With every scope.</summary>
    public ApiClient Admin { get; }

    internal EventHub Events => _app.Services.GetRequiredService<EventHub>();

    /// <summary>A service of the server.</summary>
    internal T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    internal CallerLimits Limits => _app.Services.GetRequiredService<CallerLimits>();

    internal NexusDb Db => _app.Services.GetRequiredService<NexusDb>();

    public static async Task<RunningServer> StartAsync(StoreHome home, Action<NexusOptions>? configure = null, Action<ServerLimits>? limit = null,
        Action<ServerOptions>? configureServer = null)
    {
        var folder = new TempFolder("server");
        var nexus = home.CreateOptions();
        if (nexus.UsesPostgres) nexus.DataFolder = folder.Path;
        configure?.Invoke(nexus);
        var adminKey = "";
        var logs = new RecordedLogs();
        var options = new ServerOptions
        {
            Urls = "http://127.0.0.1:0",
            Nexus = nexus,
            AdminKeyCreated = (key, _) => adminKey = key,
            ConfigureLogging = logging => logging.ClearProviders().AddProvider(logs),
        };
        limit?.Invoke(options.Limits);
        configureServer?.Invoke(options);
        var app = NexusServer.Build(options);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new RunningServer(app, folder, home, adminKey, logs);
        }
        catch
        {
            await app.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>A caller with a key of its own.</summary>
    public async Task<ApiClient> CallerAsync(params string[] scopes)
    {
        var answer = await Admin.PostAsync("/v1/api-keys", $$"""{"name":"test","scopes":["{{string.Join("\",\"", scopes)}}"]}""");
        return new ApiClient(Url, answer["key"].GetString(), answer["id"].GetString());
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Home.DisposeAsync();
        _folder.Dispose();
    }
}
