using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Simulation.Tests.Commit;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Simulation.Tests.Replay;

/// <summary>An outbox on the disk, the local replica beside it, and the model server to which it is replayed.</summary>
internal sealed class ReplayKit : IAsyncDisposable
{
    private readonly TempFolder _folder = new("replay");
    private readonly ModelServer _server;
    private readonly Retry _retry;

    private ReplayKit(Sealer? sealer)
    {
        _server = new ModelServer(_folder["server"], TimeProvider.System, time => Task.Delay(time));
        _retry = new Retry(Clock, () => 0);
        Remote = new ModelPrimary(new Parts(this, new ModelHome.Loopback(_server, label => Fails(label))), TimeProvider.System, _retry,
            TimeSpan.FromSeconds(15), "read-write");
        Local = new SqliteStore(_folder["local"], TimeProvider.System, NullLoggerFactory.Instance, fileName: FailoverStore.FileName);
        Outbox = new Outbox(Local) { Keys = sealer?.Keys, Limit = 100_000_000 };
        Spool = new SpoolWriter(Local, Outbox);
        Replayer = CreateReplayer();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Waits between attempts take no time.</summary>
    public SkippingClock Clock { get; } = new();

    public ModelPrimary Remote { get; }

    public SqliteStore Local { get; }

    public Outbox Outbox { get; }

    public SpoolWriter Spool { get; }

    public Replayer Replayer { get; private set; }

    public string File => Path.Combine(_folder["local"], FailoverStore.FileName);

    /// <summary>The error of a round trip, by its label; null for none.</summary>
    public Func<string, Exception?> Fails { get; set; } = _ => null;

    /// <summary>Answers calls of the transactions of the replay: their name, their arguments, the real call.</summary>
    public Func<string, object?[], Func<object?>, object?> Intercepts { get; set; } = (_, _, call) => call();

    /// <summary>Whether the server refuses writes in a way after which the driver gives the connection up.</summary>
    public Func<Write[], bool> Breaks { get; set; } = _ => false;

    public static async Task<ReplayKit> CreateAsync(Sealer? sealer = null)
    {
        var kit = new ReplayKit(sealer);
        await kit._server.OpenAsync();
        await kit.Local.OpenAsync(Token);
        await kit.Outbox.OpenAsync(Token);
        await kit.Outbox.AdoptAsync(Token);
        return kit;
    }

    /// <summary>Writes while PostgreSQL is available: it and the replica have them.</summary>
    public async Task WriteAsync(params Write[] writes)
    {
        await ChangeAsync(writes);
        await Local.ApplyAsync(writes, atomic: false, Token);
    }

    /// <summary>Another instance writes to PostgreSQL.</summary>
    public async Task ChangeAsync(params Write[] writes)
    {
        foreach (var outcome in await Remote.ApplyAsync(writes, atomic: false, Token)) Assert.True(outcome.IsApplied);
    }

    /// <summary>Writes while PostgreSQL is unavailable.</summary>
    /// <param name="since">When PostgreSQL last served; now where it is left out.</param>
    /// <param name="doubt">Batches in which they may be committed.</param>
    /// <param name="writes">One after the other.</param>
    public async Task<List<WriteOutcome>> SpoolAsync(DateTimeOffset? since, string? doubt, params Write[] writes)
    {
        List<WriteOutcome> outcomes = [];
        foreach (var write in writes)
        {
            outcomes.AddRange(await Spool.SpoolAsync([write], atomic: false, doubt, since ?? TimeProvider.System.GetUtcNow(), _ => true, Token));
            Assert.True(outcomes[^1].IsApplied, $"{write}: {outcomes[^1]}");
        }
        return outcomes;
    }

    public Task<List<WriteOutcome>> SpoolAsync(params Write[] writes) => SpoolAsync(since: null, doubt: null, writes);

    public Task ReplayAsync(long leave = 0) => Replayer.ReplayAsync(leave, Token);

    /// <summary>As after a restart: what was remembered is read again.</summary>
    public void Restart() => Replayer = CreateReplayer();

    public async Task<SessionRow?> SessionAsync(string chat) => (await Remote.GetSessionsAsync([chat], Token)).SingleOrDefault();

    /// <summary>The version and the document of a session in PostgreSQL; a dash where there is none.</summary>
    public async Task<string> DescribeAsync(string chat) =>
        await SessionAsync(chat) is { } row ? $"{row.Version} {Make.Text(row.Config)}" : "-";

    public Task<List<OutboxConflict>> ConflictsAsync() => Local.ReadAsync(connection => OutboxLists.Conflicts(connection, 0, 100), Token);

    public Task<List<QuarantinedWrite>> QuarantinedAsync() => Local.ReadAsync(connection => OutboxLists.Quarantined(connection, 0, 100), Token);

    public Task<List<OutboxEntry>> EntriesAsync() => Outbox.ReadAsync(0, Token);

    /// <summary>Runs SQL of the test on the file, as somebody without a key would.</summary>
    public Task<bool> ExecuteAsync(string sql, params object?[] parameters) => Local.TransactAsync(
        transaction => transaction.Connection.Execute(sql, parameters) > 0, 1, Token);

    public OutboxAdministration Administration => new(Local, Outbox, TimeProvider.System, () => Woken++);

    public int Woken { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await Local.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private Replayer CreateReplayer() => new(Outbox, Remote, _retry, TimeProvider.System, NullLogger.Instance);

    private sealed class Parts(ReplayKit kit, IModelLink link) : ModelParts(link)
    {
        public override IReplayTransaction WrapReplay(IReplayTransaction transaction) =>
            Intercepted<IReplayTransaction>.Over(transaction, (name, arguments, call) =>
                name == nameof(IReplayTransaction.ApplyAsync) && kit.Breaks((Write[])arguments[0]!)
                    ? BreakAsync(transaction) : kit.Intercepts(name, arguments, call));

        private static async Task<WriteOutcome?[]?> BreakAsync(IReplayTransaction transaction)
        {
            await transaction.DisposeAsync();
            return null;
        }
    }
}
