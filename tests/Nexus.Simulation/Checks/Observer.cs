using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Simulation;

/// <summary>Watches the calls of the clients: what they were told must be true when they are told it.</summary>
internal sealed class Observer
{
    private readonly Scheduler _scheduler;
    private readonly List<string> _violations = [];
    private readonly Dictionary<string, (string Holder, long Epoch, long Until)> _leases = new(StringComparer.Ordinal);
    private int _numbers;

    public Observer(Scheduler scheduler)
    {
        _scheduler = scheduler;
        Truth = new Truth(scheduler, Violate);
    }

    public Truth Truth { get; }

    /// <summary>The servers, where there are two.</summary>
    public ServerPair? Pair { get; set; }

    /// <summary>The shards, where there are several.</summary>
    public ShardSet? Shards { get; set; }

    public List<Operation> Operations { get; } = [];

    /// <summary>Reads of values that PostgreSQL served.</summary>
    public List<Call> ReadCalls { get; } = [];

    public IReadOnlyList<string> Violations => _violations;

    public int Reads { get; private set; }

    public void Violate(string what)
    {
        _scheduler.Log($"VIOLATION {what}");
        if (_violations.Count < 20) _violations.Add($"{_scheduler.Now / (double)TimeSpan.TicksPerSecond:0.000} s: {what}");
    }

    /// <summary>Calls a write and notes what its caller learns.</summary>
    public async Task<Operation> WriteAsync(
        Instance instance, string key, string kind, long? expected, Func<int, Task<(long Version, bool IsSpooled)>> call, long? replaces = null)
    {
        var operation = new Operation(++_numbers, key, kind, _scheduler.Now, instance) { Expected = expected, Replaces = replaces };
        Operations.Add(operation);
        _scheduler.Log($"call {instance.Name} {kind} #{operation.Number} {key}");
        var outages = OutagesOf(instance);
        try
        {
            var (version, isSpooled) = await call(operation.Number).ConfigureAwait(false);
            // A dead process tells its caller nothing.
            if (!instance.IsAlive) return operation;
            operation.Version = version;
            operation.Result = isSpooled ? OperationResult.Spooled : OperationResult.Committed;
            if (version > 0) CheckOrder(operation);
        }
        catch (Exception) when (!instance.IsAlive)
        {
            return operation;
        }
        catch (NexusException error)
        {
            Classify(operation, error, isOfServer: outages is not null && outages == OutagesOf(instance));
        }
        catch (Exception error) when (error is not SimulationException)
        {
            Violate($"{operation} failed unexpectedly: {error}");
        }
        operation.CompletedAt = _scheduler.Now;
        _scheduler.Log($"done {operation}");
        var queued = instance.Features.Queue.Pending;
        if (queued > World.QueueCapacity) Violate($"the queue of {instance.Name} holds {queued} writes");
        return operation;
    }

    /// <summary>Calls a read and judges what it returned.</summary>
    /// <param name="instance">Who reads.</param>
    /// <param name="key">The record.</param>
    /// <param name="bound">How stale it may be if PostgreSQL serves.</param>
    /// <param name="call">Returns the version, 0 for none, and the number of the operation whose value it read, where that is known.</param>
    /// <returns>What was read, without the number if the replica served it; null if it failed.</returns>
    public async Task<(long Version, long? Tag)?> ReadAsync(Instance instance, string key, TimeSpan bound, Func<Task<(long Version, long? Tag)>> call)
    {
        var invoked = _scheduler.Now;
        var own = instance.Acknowledged.GetValueOrDefault(key);
        var source = AnswerSource.Begin();
        long version;
        long? tag;
        try
        {
            (version, tag) = await call().ConfigureAwait(false);
        }
        catch (Exception error) when (!instance.IsAlive || error is StoreUnavailableException)
        {
            return null;
        }
        catch (Exception error) when (error is not SimulationException)
        {
            Violate($"a read of {key} by {instance.Name} failed unexpectedly: {error}");
            return null;
        }
        if (!instance.IsAlive) return null;
        Reads++;
        _scheduler.Log($"read {instance.Name} {key} {version}{(source.Replica is null ? "" : " from the replica")}");
        if (Truth.HasLost(key)) return (version, null);
        if (!IsElsewhere(key, own, source)
            && (version < own.Spooled || (version < own.Version && !(source.Replica is not null && IsPatched(key)
                && IsChangedByOthers(instance, key, version, own.Version)))))
            Violate($"{instance.Name} read version {version} of {key} after it wrote {own.Version}");
        if (source.Replica is { } replica)
        {
            if (replica.AsOf is not { } asOf) return (version, null);
            var at = (asOf - SimulatedClock.Begin).Ticks - World.ReplicaTolerance.Ticks;
            if (version < Truth.VersionAt(key, at) && IsBound(instance, key, at))
                Violate($"the replica of {instance.Name} said that it was complete up to {asOf:HH:mm:ss.fff}, and had version {version} of {key}");
            return (version, null);
        }
        if (!IsBound(instance, key, invoked - bound.Ticks)) return (version, null);
        if (!Truth.Had(key, version, Math.Max(invoked - bound.Ticks, 0), _scheduler.Now))
            Violate($"{instance.Name} read version {version} of {key}, which was not current within {bound.TotalSeconds:0} s");
        if (tag is { } number) ReadCalls.Add(new Call(key, IsRead: true, number, invoked, _scheduler.Now, Client: instance.Name));
        return (version, tag);
    }

    /// <summary>
    /// Whether what an instance reads must be what the present primary has had since a time: it knew that primary by then, and no commit of the
    /// record was lost with an earlier one.
    /// </summary>
    private bool IsBound(Instance instance, string key, long since) =>
        Pair is null || (Pair.IsKnownTo(instance, since) && !Truth.HasLost(key));

    /// <summary>
    /// Whether the record was moved to another shard since its writer knew it: what was spooled waits in the outbox of the shard that it left, and a
    /// replica that says that its age is unknown may have the record as it was before it left.
    /// </summary>
    private bool IsElsewhere(string key, OwnWrite own, AnswerSource source) =>
        (own.Spooled > 0 || source.Replica is { AsOf: null }) && Shards?.HasMoved(key, own.At) == true;

    /// <summary>Whether its writes change parts of the record, so that the replica needs the versions of others below them.</summary>
    private static bool IsPatched(string key) =>
        key == Clients.Extended || key == Clients.Gate || key == Truth.NameOf(Clients.Space, Clients.Collected);

    /// <summary>
    /// Whether others committed a version that the replica lacks: then it also lacks the patches of its own process that followed, until PostgreSQL
    /// is available (docs/reliability.md).
    /// </summary>
    /// <param name="instance">Whose replica.</param>
    /// <param name="key">The record.</param>
    /// <param name="version">The version that the replica has, with what was spooled since.</param>
    /// <param name="through">The highest version that the process knows.</param>
    private bool IsChangedByOthers(Instance instance, string key, long version, long through)
    {
        var own = Operations.Where(write => write.Instance == instance && write.Key == key).ToLookup(write => write.Version, write => write.Result);
        while (own[version].Contains(OperationResult.Spooled)) version--;
        // Also what others committed after the patch and before its sync: then the record must be read, too.
        through = Math.Max(through, Truth.VersionAt(key, _scheduler.Now));
        for (var missed = version + 1; missed <= through; missed++)
        {
            if (!own[missed].Contains(OperationResult.Committed)) return true;
        }
        return false;
    }

    /// <summary>An access check returned.</summary>
    /// <param name="instance">Who checks.</param>
    /// <param name="key">The user.</param>
    /// <param name="invoked">When.</param>
    /// <param name="allowed">What it returned.</param>
    /// <param name="source">The source of the response.</param>
    public void CheckedAccess(Instance instance, string key, long invoked, bool allowed, AnswerSource source)
    {
        if (!instance.IsAlive) return;
        Reads++;
        _scheduler.Log($"access {instance.Name} {key} {allowed}{(source.Replica is null ? "" : " from the replica")}");
        var from = Math.Max(0, invoked - CacheProof.Bound.Ticks);
        if (source.Replica is { AsOf: { } asOf }) from = Math.Min(from, (asOf - SimulatedClock.Begin).Ticks - World.ReplicaTolerance.Ticks);
        else if (source.Replica is not null) return;
        // A write that was acknowledged after the check began binds it no more than one of another instance.
        else if (instance.Acknowledged.TryGetValue(key, out var own) && own.At <= invoked) from = Math.Max(from, own.At);
        if (!IsBound(instance, key, from)) return;
        if (source.Replica is not null && IsSpooledHere(instance, key, allowed, invoked)) return;
        if (!Truth.Existed(key, allowed, from, _scheduler.Now))
            Violate($"{instance.Name} {(allowed ? "granted" : "denied")} access to {key}, not right within {CacheProof.Bound.TotalSeconds:0} s");
    }

    /// <summary>
    /// What is spooled is true on the machine that spooled it, also after a restart and if its caller was not told, until it spools the opposite.
    /// </summary>
    private bool IsSpooledHere(Instance instance, string key, bool allowed, long invoked)
    {
        var own = Operations.Where(operation => operation.Key == key && operation.Instance.Name == instance.Name).ToList();
        return own.Exists(operation => operation.Result is OperationResult.Spooled or OperationResult.Open
            && operation.Kind == (allowed ? "allow" : "remove")
            && !own.Exists(later => later.IsAcknowledged && later.Kind != operation.Kind && later.InvokedAt > operation.CompletedAt
                && later.CompletedAt <= invoked));
    }

    /// <summary>An access check of a user whose subscription ends at an instant of the server's clock.</summary>
    /// <param name="instance">Who checks.</param>
    /// <param name="end">The instant.</param>
    /// <param name="invoked">When.</param>
    /// <param name="allowed">What it returned.</param>
    /// <param name="source">The source of the response.</param>
    /// <param name="serverOffset">How far the server's clock is ahead; never above zero.</param>
    public void CheckedEnd(
        Instance instance, DateTimeOffset end, long invoked, bool allowed, AnswerSource source, TimeSpan serverOffset)
    {
        if (!instance.IsAlive) return;
        Reads++;
        _scheduler.Log($"end {instance.Name} {allowed}{(source.Replica is null ? "" : " from the replica")}");
        var at = (end - SimulatedClock.Begin).Ticks;
        if (allowed && invoked + serverOffset.Ticks > at + World.ClockTolerance.Ticks)
            Violate($"{instance.Name} granted access after the end of the subscription");
        // The clock was read at some time of the check, and counts as read at its begin, so that nothing is granted late.
        if (!allowed && _scheduler.Now < at - Math.Max(World.ClockTolerance.Ticks, _scheduler.Now - invoked))
            Violate($"{instance.Name} denied access before the end of the subscription");
    }

    /// <summary>A process believes that it holds a lease until an instant of its monotonic clock.</summary>
    public void Holds(string name, string holder, long epoch, long until)
    {
        // A primary that commits without its standby may lose a lease.
        if (until <= _scheduler.Now || Pair is { IsSynchronous: false, Timeline: > 1 }) return;
        if (_leases.TryGetValue(name, out var other) && other.Holder != holder && other.Until > _scheduler.Now)
            Violate($"{holder} holds the lease {name} (epoch {epoch}), which {other.Holder} holds (epoch {other.Epoch})");
        if (other.Epoch > epoch) Violate($"the epoch of the lease {name} fell from {other.Epoch} to {epoch}");
        _leases[name] = (holder, epoch, until);
        _scheduler.Log($"lease {name} {holder} {epoch}");
    }

    /// <summary>A process gave a lease up or died.</summary>
    public void Dropped(string name, string holder)
    {
        if (_leases.TryGetValue(name, out var held) && held.Holder == holder) _leases[name] = held with { Until = _scheduler.Now };
    }

    /// <summary>The number of outages so far; null during one.</summary>
    private static long? OutagesOf(Instance instance) =>
        instance.Fallback is not { } fallback ? 0 : fallback.Status.IsLocal ? null : fallback.Outages;

    /// <param name="operation">What failed.</param>
    /// <param name="error">How.</param>
    /// <param name="isOfServer">Whether PostgreSQL served during the whole call: the replica may know an older version.</param>
    private void Classify(Operation operation, NexusException error, bool isOfServer)
    {
        operation.Result = error is UnknownOutcomeException ? OperationResult.Unknown : OperationResult.Refused;
        if (error is StoreRejectedException) Violate($"{operation} was rejected: {error.Message}");
        if (isOfServer && error is NexusConflictException { ActualVersion: var actual }
            && IsBound(operation.Instance, operation.Key, operation.InvokedAt)
            && !Truth.Had(operation.Key, actual, operation.InvokedAt, _scheduler.Now))
            Violate($"{operation} met version {actual}, which the record never had meanwhile");
    }

    /// <summary>Whether one of them waits in the outbox of a shard that the record has left.</summary>
    private bool IsApart(Operation before, Operation operation) =>
        (before.Result == OperationResult.Spooled || operation.Result == OperationResult.Spooled)
        && Shards?.HasMoved(operation.Key, before.InvokedAt) == true;

    /// <summary>Writes of one process to a record have growing versions in the order of its calls.</summary>
    private void CheckOrder(Operation operation)
    {
        var acknowledged = operation.Instance.Acknowledged;
        if (operation.Kind != "remove")
        {
            var before = Operations.FindLast(other => other != operation && other.Key == operation.Key && other.Instance == operation.Instance
                && other.IsAcknowledged && other.Kind != "remove" && other.CompletedAt <= operation.InvokedAt);
            if (before is not null && !Operations.Exists(other => other.Key == operation.Key && other.Kind == "remove")
                && operation.Version <= before.Version && !Truth.HasLost(operation.Key) && !IsApart(before, operation)
                && !(operation.Result == OperationResult.Spooled && IsPatched(operation.Key)
                    && IsChangedByOthers(operation.Instance, operation.Key, operation.Version - 1, before.Version)))
                Violate($"{operation} has a lower version than {before}, which came before it");
        }
        var known = acknowledged.GetValueOrDefault(operation.Key);
        var mayBeRemoved = Operations.Exists(other => other.Key == operation.Key && other.Kind == "remove");
        var version = mayBeRemoved ? 0 : operation.Version;
        acknowledged[operation.Key] = new OwnWrite(
            Math.Max(known.Version, version), operation.Result == OperationResult.Spooled ? Math.Max(known.Spooled, version) : known.Spooled,
            _scheduler.Now);
    }
}
