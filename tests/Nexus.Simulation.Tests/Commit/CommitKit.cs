using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Simulation.Tests.Commit;

/// <summary>The committer in front of the model server, whose waits take no time and whose server fails as a test says.</summary>
internal sealed class CommitKit : IAsyncDisposable
{
    private readonly TempFolder _folder = new("commit");
    private readonly ModelServer _server;
    private readonly ChangeNotice _notice = new("public", "off");

    private CommitKit(TimeSpan budget)
    {
        _server = new ModelServer(_folder["server"], TimeProvider.System, time => Task.Delay(time));
        var link = new ModelHome.Loopback(_server, label => Fails(label));
        var retry = new Retry(Clock, () => 0);
        Changes = new ChangeFeed(RecordTables.Everything);
        Changes.Published += changes => Announced.AddRange(changes.Select(change => change.Id));
        Executor = new ScriptedExecutor(link, _notice);
        Resolver = new OutcomeResolver(new ModelStoredRecords(link));
        ResolverOfShard = guard => new OutcomeResolver(new ModelStoredRecords(link), guard);
        Committer = new BatchCommitter(Executor, new CommitLedger(new ModelCommitRows(link), budget, Clock, NullLogger.Instance, retry), Resolver,
            Partitions, _notice, new ChangeNotifier(new ModelNoticeSenders(link), _notice, Changes, Clock, mayDefer: false), Changes, retry, budget,
            NullLogger.Instance);
    }

    public SkippingClock Clock { get; } = new();

    public ScriptedExecutor Executor { get; }

    public OutcomeResolver Resolver { get; }

    /// <summary>The same on one of several shards.</summary>
    public Func<ShardGuard, OutcomeResolver> ResolverOfShard { get; }

    public BatchCommitter Committer { get; }

    public PartitionScript Partitions { get; } = new();

    public ChangeFeed Changes { get; }

    /// <summary>The records that were announced as changed.</summary>
    public List<string> Announced { get; } = [];

    /// <summary>The error of a round trip besides that of a batch, by its label.</summary>
    public Func<string, Exception?> Fails { get; set; } = _ => null;

    public static async Task<CommitKit> CreateAsync(TimeSpan? budget = null)
    {
        var kit = new CommitKit(budget ?? TimeSpan.FromSeconds(15));
        await kit._server.OpenAsync();
        return kit;
    }

    public Task<WriteOutcome[]> CommitAsync(params Write[] writes) => CommitAsync(atomic: false, writes);

    public Task<WriteOutcome[]> CommitAtomicAsync(params Write[] writes) => CommitAsync(atomic: true, writes);

    public PostgresBatch Batch(params Write[] writes) => new(writes, _notice);

    /// <summary>The versions of the stored sessions; 0 where there is none.</summary>
    public async Task<string> VersionsAsync(params string[] chats)
    {
        var rows = (await _server.Records.GetSessionsAsync(chats, TestContext.Current.CancellationToken)).ToDictionary(row => row.ChatId);
        return string.Join(' ', chats.Select(chat => rows.TryGetValue(chat, out var row) ? row.Version : 0));
    }

    public static SaveSession Save(string chat, long? expected = null) => Make.Session(chat, expected: expected);

    /// <summary>As the server raises it.</summary>
    public static PostgresException Error(string state, string? routine = null, string severity = "ERROR", string? where = null,
        string? constraint = null) =>
        new("refused", severity, severity, state, routine: routine, where: where, constraintName: constraint);

    public static ConnectionBrokenException Broken(PostgresBatch? atCommit = null, Exception? reason = null) =>
        new(reason ?? ModelErrors.Broken(), atCommit is null ? null : new WriteOutcome?[atCommit.Count]);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private Task<WriteOutcome[]> CommitAsync(bool atomic, Write[] writes) =>
        Committer.CommitAsync(writes, atomic, inFlight: null, TestContext.Current.CancellationToken);

    /// <summary>The partitions of trades, as a test says.</summary>
    internal sealed class PartitionScript : ITradePartitions
    {
        public bool AreThere { get; set; } = true;

        /// <summary>How often a missing one may still be made.</summary>
        public int Forgotten { get; set; }

        public Task<bool> EnsureAsync(Write[] writes, CancellationToken cancellationToken) => Task.FromResult(AreThere);

        public bool Forget(Write[] writes) => Forgotten-- > 0;

        public NexusException Explain(Write write, PostgresException error) =>
            new StoreRejectedException(error.SqlState, $"explained for {write.Key.Id}");
    }
}
