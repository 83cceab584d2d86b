using System.Text.Json;
using JasperFx;
using Marten;
using Nexus.Bench;
using Nexus.Bench.Raw;
using Weasel.Core;

namespace Nexus.Compare.Contenders;

/// <summary>Marten's document store by its own advice: lightweight sessions, System.Text.Json, one document for each session of the bot.</summary>
internal sealed class MartenContender : IContender
{
    private readonly DocumentStore _store;
    private readonly RawSessions _sealer;

    public MartenContender(BenchDatabase database)
    {
        _sealer = new RawSessions(database.Raw);
        _store = DocumentStore.For(options =>
        {
            options.Connection(database.Raw);
            options.DatabaseSchemaName = "marten";
            options.AutoCreateSchemaObjects = AutoCreate.All;
            options.UseSystemTextJsonForSerialization();
            options.Schema.For<SessionDocument>().Identity(document => document.ChatId);
            options.DisableNpgsqlLogging = true;
        });
    }

    public string Name => "Marten";

    public string Version => Package.VersionOf(typeof(DocumentStore));

    public bool UsesPostgres => true;

    public async Task FillAsync(int sessions)
    {
        await _store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        var documents = Enumerable.Range(0, sessions).Select(n => Document(n, Workload.FirstRevision)).ToList();
        await _store.BulkInsertAsync(documents, BulkInsertMode.OverwriteExisting);
    }

    public async Task SaveAsync(int session, int revision)
    {
        await using var unit = _store.LightweightSession();
        unit.Store(Document(session, revision));
        await unit.SaveChangesAsync();
    }

    public async Task<long> LoadAsync(int session)
    {
        await using var query = _store.QuerySession();
        var document = await query.LoadAsync<SessionDocument>(Workload.ChatId(session))
            ?? throw new InvalidOperationException("a document is missing");
        return _sealer.Open(document.ApiKey).Length + _sealer.Open(document.ApiSecret).Length + document.Config.EnumerateObject().Count();
    }

    public async ValueTask DisposeAsync()
    {
        await _store.Advanced.Clean.CompletelyRemoveAllAsync();
        await _store.DisposeAsync();
    }

    private SessionDocument Document(int session, int revision) => new()
    {
        ChatId = Workload.ChatId(session),
        ApiKey = _sealer.Seal(Workload.SecretText(session, "key")),
        ApiSecret = _sealer.Seal(Workload.SecretText(session, "secret")),
        Config = JsonElement.Parse(Workload.Config(session, revision)),
    };
}

/// <summary>Marten generates code for it, so it is public.</summary>
public sealed class SessionDocument
{
    /// <summary>The identity.</summary>
    public required string ChatId { get; set; }

    /// <summary>Sealed.</summary>
    public required string ApiKey { get; set; }

    /// <summary>Sealed.</summary>
    public required string ApiSecret { get; set; }

    /// <summary>The config.</summary>
    public required JsonElement Config { get; set; }
}
