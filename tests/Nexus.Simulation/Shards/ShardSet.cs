using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Sharding;
using Nexus.Stores;

namespace Nexus.Simulation;

/// <summary>Three shards, each on a server of its own, and the processes that move buckets between them. It has random numbers of its own.</summary>
internal sealed class ShardSet
{
    private const int Count = 3;

    /// <summary>Of the last step of a move, if its process stops there: the server ends it after 10 s.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(20);

    /// <summary>For so long an instance may have an old map: it was cut off, paused and cut off again.</summary>
    private static readonly TimeSpan LongestCut = TimeSpan.FromSeconds(30);

    /// <summary>The buckets of what the callers write, so that moves meet them.</summary>
    private static readonly int[] Used =
    [
        .. new[] { Clients.ExtendedChat, Clients.GateChat, Clients.TradingChat, Clients.EndingChat }
            .Select(chat => RecordPlace.OfChat(chat.ToString(System.Globalization.CultureInfo.InvariantCulture)).Bucket),
        .. new[] { "cas0", "cas1", "reg0", "reg1", Clients.Collected }.Select(key => KeyedState.StateKey.PlaceOf($"{Clients.Space}/{key}").Bucket),
    ];

    private readonly Scheduler _scheduler;
    private readonly Observer _observer;
    private readonly Dice _dice;
    private readonly Plant _plant;
    private readonly List<Mover> _movers = [];
    private readonly Dictionary<int, int> _owners = [];
    private readonly Dictionary<int, long> _moved = [];
    private int _commands;

    public ShardSet(Scheduler scheduler, Observer observer, Dice dice, string folder, SimulatedClock clock,
        Func<string, Func<ServerHost>, int, ModelServer> create, Plant plant)
    {
        (_scheduler, _observer, _dice, _plant) = (scheduler, observer, dice, plant);
        var hosts = new ServerHost[Count];
        Hosts = hosts;
        var map = new Guid(0x5A4D, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        var rows = Enumerable.Range(0, Count).Select(n => new ShardRow(n, map, "public", 0, 1, ShardMap.EvenShare(n, Count))).ToList();
        for (var n = 0; n < Count; n++)
        {
            var number = n;
            var server = create(Path.Combine(folder, n == 0 ? "server" : $"server-{n}"), () => hosts[number], 1);
            server.Shard = new ModelShard(
                n, new ShardRecord(1, BucketSet.OfBits(rows[n].Owned)), time => scheduler.DelayAsync(time), () => scheduler.Now)
            {
                IsChecked = plant.Moves.ChecksBuckets,
                Changed = CheckOwners,
            };
            hosts[n] = new ServerHost(scheduler, server, clock);
        }
        hosts[0].Server.Shard!.Map = rows;
        CheckOwners();
    }

    public IReadOnlyList<ServerHost> Hosts { get; }

    public IReadOnlyList<ModelServer> Servers => [.. Hosts.Select(host => host.Server)];

    public int FaultCount { get; private set; }

    public ServerHost PickHost() => Hosts[_dice.Below(Count)];

    /// <summary>The server of a place, by what the shards say themselves.</summary>
    public ModelServer OwnerOf(RecordPlace place) =>
        Servers.FirstOrDefault(server => place.IsInBucket && server.Shard!.Record.Buckets.Contains(place.Bucket)) ?? Servers[0];

    /// <summary>A shard has committed changes.</summary>
    public void Check(ModelServer server, IReadOnlyList<CommittedChange> changes)
    {
        foreach (var change in changes)
        {
            if (ModelRows.BucketOf(change.Key) is { } bucket && !server.Shard!.Record.Buckets.Contains(bucket))
                _observer.Violate($"shard {server.Shard.Number} took a write to {ModelServer.Name(change.Key)}, whose bucket is not its own");
        }
    }

    /// <summary>Runs commands, and stops some of them in the middle.</summary>
    public async Task RunMoversAsync(TimeSpan duration)
    {
        var end = _scheduler.Now + duration.Ticks;
        while (_scheduler.Now < end)
        {
            await _scheduler.DelayAsync(_dice.Time(100, 3000)).ConfigureAwait(false);
            _movers.RemoveAll(mover => !mover.IsAlive);
            if (_movers.Count < 2) Begin();
            if (!_dice.Happens(0.6)) continue;
            // In any step: most moves take a quarter of a second.
            var mover = _movers[^1];
            _scheduler.After(_dice.Time(0, 500), null, mover, () => Disturb(mover));
        }
    }

    /// <summary>Faults have ended. A command that moves nothing finishes or undoes what was interrupted.</summary>
    public async Task SettleAsync()
    {
        foreach (var mover in _movers)
        {
            mover.PausedUntil = 0;
            foreach (var link in mover.Links) link.Heal();
        }
        var limit = _scheduler.Now + TimeSpan.FromMinutes(4).Ticks;
        while (_movers.Exists(mover => mover.IsAlive) && _scheduler.Now < limit)
            await _scheduler.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        Exception? failure;
        do
        {
            await _scheduler.DelayAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
            failure = await new Mover(_scheduler, _dice, Hosts, $"m{_commands++}").RunAsync(_ => [], _dice, _plant).ConfigureAwait(false);
        }
        while (failure is NexusException && _scheduler.Now < limit);
        if (failure is not null) _observer.Violate($"an interrupted move cannot be settled: {failure}");
    }

    /// <summary>Lists show each chat once, also while it is moved.</summary>
    public async Task ListAsync(Instance instance, Func<bool> isOver)
    {
        while (!isOver() && instance.IsAlive)
        {
            await _scheduler.DelayAsync(_dice.Time(500, 4000), instance).ConfigureAwait(false);
            if (isOver()) return;
            await ListOnceAsync(instance).ConfigureAwait(false);
        }
    }

    /// <summary>Judges the end: the map is what the shards say, and each row is where it belongs.</summary>
    public async Task JudgeAsync(IReadOnlyList<Machine> machines)
    {
        var home = Servers[0].Shard!;
        if (home.Move is { } left) _observer.Violate($"the journal still notes the move of {left}");
        foreach (var server in Servers)
        {
            var shard = server.Shard!;
            var row = home.Map[shard.Number];
            if (row.Epoch != shard.Record.Epoch || row.Owned != shard.Record.Buckets.ToBits())
                _observer.Violate($"shard {shard.Number} is at epoch {shard.Record.Epoch}, and the map at {row.Epoch}, or they have other buckets");
            if (shard.Leaving is not null) _observer.Violate($"shard {shard.Number} still notes changes for a move");
            if (shard.Lock.LongestHold > LongestHold)
                _observer.Violate($"shard {shard.Number} kept its callers waiting for {shard.Lock.LongestHold.TotalSeconds:0.0} s");
            foreach (var table in ModelRows.Tables)
            {
                var strays = await server.Records.ReadAsync(
                    connection => ModelRows.Read(connection, table, bucket => !shard.Record.Buckets.Contains(bucket)), CancellationToken.None)
                    .ConfigureAwait(false);
                foreach (var stray in strays) _observer.Violate($"shard {shard.Number} has {table.Name} {stray.Key}, whose bucket is not its own");
            }
        }
        var buckets = home.Map.Sum(row => row.Owned.Count(bucket => bucket == '1'));
        if (buckets != ChatBucket.Count) _observer.Violate($"the map has {buckets} buckets");
        await JudgeRecordsAsync().ConfigureAwait(false);
        foreach (var machine in machines)
        {
            if (machine.Running is { } instance && !await ListOnceAsync(instance).ConfigureAwait(false))
                _observer.Violate($"at rest {instance.Name} cannot list the users");
        }
    }

    /// <summary>What is stored is what was committed last, wherever it is by now.</summary>
    private async Task JudgeRecordsAsync()
    {
        foreach (var (table, id) in new[] { "cas0", "cas1", "reg0", "reg1" }.Select(key => (KeyedState.KeyedStateRow.Table, $"{Clients.Space}/{key}"))
            .Concat(new[] { Clients.ExtendedChat, Clients.GateChat, Clients.EndingChat }.Select(chat =>
                (Users.UserRow.Table, chat.ToString(System.Globalization.CultureInfo.InvariantCulture)))))
        {
            var key = new WriteKey(table, id);
            var stored = await OwnerOf(table.PlaceOf(id)).Records.ReadAsync(
                connection => ModelRecords.VersionOf(connection, key), CancellationToken.None).ConfigureAwait(false);
            var committed = _observer.Truth.VersionAt(ModelServer.Name(key), long.MaxValue);
            if (stored != committed) _observer.Violate($"{ModelServer.Name(key)} is stored as version {stored}, and was committed as {committed}");
        }
    }

    private async Task<bool> ListOnceAsync(Instance instance)
    {
        List<string> chats = [];
        var source = AnswerSource.Begin();
        try
        {
            await foreach (var user in instance.Store.ListUsersAsync(after: null, limit: null, CancellationToken.None).ConfigureAwait(false))
                chats.Add(user.ChatId);
        }
        catch (Exception error) when (error is NexusException || !instance.IsAlive)
        {
            return false;
        }
        if (!instance.IsAlive) return false;
        _scheduler.Log($"{instance.Name} lists {string.Join(',', chats)}");
        if (chats.Distinct(StringComparer.Ordinal).Count() != chats.Count) _observer.Violate($"a list of {instance.Name} shows a chat twice");
        // The replica of a shard says when it lacks chats that were moved there.
        if (source.Replica is { AsOf: null }) return true;
        foreach (var chat in new[] { "1001", "3001", "4001" })
        {
            if (!chats.Contains(chat, StringComparer.Ordinal)) _observer.Violate($"a list of {instance.Name} does not show chat {chat}");
        }
        return true;
    }

    private void Begin()
    {
        var mover = new Mover(_scheduler, _dice, Hosts, $"m{_commands++}");
        _movers.Add(mover);
        var pick = _dice.Below(4);
        var (shard, first) = (_dice.Below(Count), _dice.Pick(Used));
        var size = _dice.Happens(0.5) ? 1 : _dice.Between(2, 900);
        _scheduler.Log($"{mover.Name} starts {pick} {shard} {first} {size}");
        _ = ReportAsync(mover.RunAsync(
            map => pick switch
            {
                0 => ShardPlan.Drain(map, shard),
                1 => ShardPlan.Rebalance(map, []),
                _ => ShardPlan.Move(map, BucketSet.Of(Enumerable.Range(first, Math.Min(size, ChatBucket.Count - first))), shard),
            },
            _dice, _plant));
    }

    private async Task ReportAsync(Task<Exception?> command)
    {
        if (await command.ConfigureAwait(false) is { } error and not NexusException) _observer.Violate($"a command failed unexpectedly: {error}");
    }

    private void Disturb(Mover mover)
    {
        FaultCount++;
        var link = _dice.Pick(mover.Links);
        var length = _dice.Time(100, _dice.Happens(0.3) ? 15_000 : 3000);
        switch (_dice.Below(7))
        {
            case 0 or 1:
                _scheduler.Log($"fault {mover.Name} is killed");
                mover.Kill();
                return;
            case 2:
                mover.PausedUntil = _scheduler.Now + _dice.Time(500, 45_000).Ticks;
                _scheduler.Log($"fault {mover.Name} is stopped");
                return;
            case 3:
                link.Stall();
                break;
            case 4:
                _scheduler.Log($"fault {mover.Name} is cut off");
                link.IsCut = true;
                link.Reset();
                break;
            case 5:
                _scheduler.Log($"fault {mover.Name} loses responses");
                link.LossOfAnswers = 0.3;
                break;
            default:
                _scheduler.Log($"fault {mover.Name} is reset");
                link.Reset();
                return;
        }
        _scheduler.After(length, null, null, link.Heal);
    }

    /// <summary>Whether a record changed its shard since a time, or so short before that an instance that was cut off did not know.</summary>
    public bool HasMoved(string record, long since) =>
        ModelRows.BucketOf(ModelServer.KeyOf(record)) is { } bucket && _moved.GetValueOrDefault(bucket, long.MinValue) > since - LongestCut.Ticks;

    private void CheckOwners()
    {
        for (var shard = 0; shard < Count; shard++)
        {
            if (Hosts[shard]?.Server.Shard is not { } own) continue;
            foreach (var bucket in Used)
            {
                if (!own.Record.Buckets.Contains(bucket) || _owners.GetValueOrDefault(bucket, shard) == shard) continue;
                _moved[bucket] = _scheduler.Now;
            }
            foreach (var bucket in Used.Where(own.Record.Buckets.Contains)) _owners[bucket] = shard;
        }
        for (var one = 0; one < Count; one++)
        {
            for (var other = one + 1; other < Count; other++)
            {
                if (Hosts[one]?.Server.Shard is { } first && Hosts[other]?.Server.Shard is { } second
                    && first.Record.Buckets.All.Any(second.Record.Buckets.Contains))
                    _observer.Violate($"shards {one} and {other} both have a bucket");
            }
        }
    }
}
