using Nexus.Bench;
using Nexus.Bench.Raw;
using Npgsql;

namespace Nexus.Compare.Contenders;

/// <summary>Npgsql as a careful programmer sets it up: a pool of 20, everything prepared, one statement for each save.</summary>
internal sealed class NpgsqlContender(BenchDatabase database) : IContender
{
    private readonly RawSessions _sessions = new(database.Raw);

    public string Name => "Npgsql";

    public string Version => Package.VersionOf(typeof(NpgsqlConnection));

    public bool UsesPostgres => true;

    public async Task FillAsync(int sessions)
    {
        await _sessions.CreateTableAsync();
        await _sessions.SaveAllAsync(Workload.Samples(sessions, Workload.FirstRevision));
    }

    public Task SaveAsync(int session, int revision) => _sessions.SaveAsync(session, revision);

    public Task<long> LoadAsync(int session) => _sessions.LoadAsync(Workload.ChatId(session));

    public ValueTask DisposeAsync() => default;
}
