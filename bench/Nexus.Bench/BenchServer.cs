using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Server;
using Nexus.Server.Settings;

namespace Nexus.Bench;

/// <summary>The server over the database of a benchmark, in this process, with a data folder that ends with it.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nexus-bench");
    private readonly WebApplication _server;

    private BenchServer(BenchDatabase database, int streams)
    {
        var options = new ServerOptions
        {
            Urls = "http://127.0.0.1:0",
            Nexus = database.Options(_folder.FullName),
            AdminKeyCreated = (key, _) => AdminKey = key,
            ConfigureLogging = logging => logging.ClearProviders(),
        };
        // Those of the round before may be open for another moment.
        if (streams > 0) (options.Limits.EventStreams, options.Limits.EventStreamsPerKey) = (2 * streams, 2 * streams);
        _server = NexusServer.Build(options);
    }

    public Uri Address => new(NexusServer.PublicUrls(_server).Single());

    public string AdminKey { get; private set; } = "";

    public NexusDb Db => _server.Services.GetRequiredService<NexusDb>();

    /// <param name="database">The database.</param>
    /// <param name="streams">The event streams that are open at once; 0: as many as by default.</param>
    public static async Task<BenchServer> StartAsync(BenchDatabase database, int streams = 0)
    {
        var server = new BenchServer(database, streams);
        await server._server.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
