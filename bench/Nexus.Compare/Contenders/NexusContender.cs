using Nexus.Bench;
using Nexus.TestKit;

namespace Nexus.Compare.Contenders;

/// <summary>The library's public API with its defaults, on PostgreSQL or in the embedded store.</summary>
internal sealed class NexusContender : IContender
{
    private readonly NexusDb _nexus;
    private readonly TempFolder? _folder;

    private NexusContender(NexusDb nexus, TempFolder? folder) => (_nexus, _folder) = (nexus, folder);

    public string Name => UsesPostgres ? "Nexus" : "Nexus, embedded";

    public string Version => Package.VersionOf(typeof(NexusDb));

    public bool UsesPostgres => _folder is null;

    public static async Task<IContender> OnPostgresAsync(BenchDatabase database) => new NexusContender(await database.OpenNexusAsync(), null);

    public static async Task<IContender> EmbeddedAsync()
    {
        var folder = new TempFolder("compare");
        return new NexusContender(await NexusDb.OpenAsync(new NexusOptions { DataFolder = folder.Path }), folder);
    }

    public async Task FillAsync(int sessions)
    {
        foreach (var chunk in Enumerable.Range(0, sessions).Chunk(2000))
            await _nexus.Sessions.SaveBatchAsync([.. chunk.Select(n => Workload.Session(n, Workload.FirstRevision))]);
    }

    public Task SaveAsync(int session, int revision) => _nexus.Sessions.SaveAsync(Workload.Session(session, revision));

    public async Task<long> LoadAsync(int session)
    {
        var found = await _nexus.Sessions.GetAsync(Chats.ChatId.Parse(Workload.ChatId(session)))
            ?? throw new InvalidOperationException("a session is missing");
        return found.ApiKey!.Reveal().Length + found.ApiSecret!.Reveal().Length + found.Version;
    }

    public async ValueTask DisposeAsync()
    {
        await _nexus.DisposeAsync();
        _folder?.Dispose();
    }
}
