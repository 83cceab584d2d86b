using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Bench;
using Nexus.Bench.Raw;
using Nexus.TestKit;
using Orleans.Configuration;

namespace Nexus.Compare.Contenders;

/// <summary>
/// Orleans with its ADO.NET grain storage: one grain for each session, which keeps its state in memory and writes it before a save returns. Client
/// and silo are one process.
/// </summary>
/// <remarks>
/// Orleans reads its statements from the table OrleansQuery, so a database may have its own
/// (https://learn.microsoft.com/dotnet/orleans/host/configuration-guide/adonet-configuration). These write a state with one upsert, where those of
/// its repository call a function that updates first and inserts afterwards.
/// </remarks>
internal sealed class OrleansContender : IContender
{
    private const string Schema = """
        DROP TABLE IF EXISTS OrleansQuery, grain_states;
        CREATE TABLE OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText varchar(8000) NOT NULL);
        CREATE TABLE grain_states (
            service text NOT NULL, type text NOT NULL, extension text NOT NULL, n0 bigint NOT NULL, n1 bigint NOT NULL,
            payload bytea, version integer NOT NULL, PRIMARY KEY (extension, type, n0, n1, service)) WITH (fillfactor = 70);
        INSERT INTO OrleansQuery VALUES
            ('WriteToStorageKey', $q$
                INSERT INTO grain_states AS s (service, type, extension, n0, n1, payload, version)
                VALUES (@ServiceId, @GrainTypeString, coalesce(@GrainIdExtensionString, ''), @GrainIdN0, @GrainIdN1, @PayloadBinary, 1)
                ON CONFLICT (extension, type, n0, n1, service) DO UPDATE SET payload = excluded.payload, version = s.version + 1
                WHERE s.version = @GrainStateVersion RETURNING version AS NewGrainStateVersion $q$),
            ('ReadFromStorageKey', $q$
                SELECT payload AS PayloadBinary, now() AT TIME ZONE 'utc', version AS Version FROM grain_states
                WHERE extension = coalesce(@GrainIdExtensionString, '') AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
                    AND service = @ServiceId $q$),
            ('ClearStorageKey', $q$
                UPDATE grain_states SET payload = NULL, version = version + 1
                WHERE extension = coalesce(@GrainIdExtensionString, '') AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
                    AND service = @ServiceId AND version = @GrainStateVersion RETURNING version AS NewGrainStateVersion $q$),
            ('DeleteStorageKey', $q$
                DELETE FROM grain_states
                WHERE extension = coalesce(@GrainIdExtensionString, '') AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
                    AND service = @ServiceId AND version = @GrainStateVersion RETURNING version + 1 AS NewGrainStateVersion $q$);
        """;

    private readonly IHost _host;
    private readonly IGrainFactory _grains;
    private readonly RawSessions _sealer;

    private OrleansContender(IHost host, RawSessions sealer) =>
        (_host, _grains, _sealer) = (host, host.Services.GetRequiredService<IGrainFactory>(), sealer);

    public string Name => "Orleans";

    public string Version => Package.VersionOf(typeof(Grain));

    public bool UsesPostgres => true;

    public static async Task<IContender> StartAsync(BenchDatabase database)
    {
        await using (var create = database.Raw.CreateCommand(Schema)) await create.ExecuteNonQueryAsync();
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            MaxPoolSize = 20,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 1,
            ApplicationName = "orleans",
        };
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(Ports.Free(), Ports.Free());
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromHours(2));
            silo.AddAdoNetGrainStorage(SessionGrain.Storage, options =>
                (options.Invariant, options.ConnectionString) = ("Npgsql", connection.ConnectionString));
        });
        var host = builder.Build();
        await host.StartAsync();
        return new OrleansContender(host, new RawSessions(database.Raw));
    }

    public async Task FillAsync(int sessions)
    {
        foreach (var chunk in Enumerable.Range(0, sessions).Chunk(500))
            await Task.WhenAll(chunk.Select(n => SaveAsync(n, Workload.FirstRevision)));
    }

    public Task SaveAsync(int session, int revision) => _grains.GetGrain<ISessionGrain>(Workload.ChatId(session)).SaveAsync(new SessionState
    {
        ApiKey = _sealer.Seal(Workload.SecretText(session, "key")),
        ApiSecret = _sealer.Seal(Workload.SecretText(session, "secret")),
        Config = Encoding.UTF8.GetString(Workload.Config(session, revision)),
    });

    public async Task<long> LoadAsync(int session)
    {
        var state = await _grains.GetGrain<ISessionGrain>(Workload.ChatId(session)).LoadAsync();
        return _sealer.Open(state.ApiKey).Length + _sealer.Open(state.ApiSecret).Length + state.Config.Length;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
