using System.Text.Json;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.KeyedState;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Simulation;

/// <summary>Judges the end: what was acknowledged is there once, and nothing else is.</summary>
internal sealed class Verdict(Observer observer, World world)
{
    public async Task JudgeAsync()
    {
        foreach (var deadlock in world.Servers.SelectMany(server => server.Locks.Deadlocks))
            observer.Violate($"transactions waited for each other: {deadlock}");
        var parked = await ReadParkedAsync().ConfigureAwait(false);
        JudgeLost();
        JudgeReplaced(parked);
        JudgeHistory();
        await JudgeCollectedAsync(parked).ConfigureAwait(false);
        await JudgeExtendedAsync(parked).ConfigureAwait(false);
        await JudgeTradesAsync(parked).ConfigureAwait(false);
        await JudgeReadsAsync().ConfigureAwait(false);
    }

    /// <summary>The writes that wait for an operator's decision: they are not lost.</summary>
    private async Task<List<(string Record, string Text)>> ReadParkedAsync()
    {
        List<(string, string)> parked = [];
        foreach (var machine in world.Machines)
        {
            if (machine.Running?.Fallback is not { } store) continue;
            foreach (var conflict in await store.Administration.ListConflictsAsync(after: 0, 1000, CancellationToken.None).ConfigureAwait(false))
                parked.Add(($"{conflict.Table} {conflict.RecordId}", $"{conflict.Spooled} {conflict.Stored} {conflict.Kind}"));
            foreach (var write in await store.Administration.ListQuarantinedAsync(after: 0, 1000, CancellationToken.None).ConfigureAwait(false))
                parked.Add(($"{write.Table} {write.RecordId}", $"{write.Write} {write.Kind}"));
        }
        return parked;
    }

    /// <summary>An instance that knows the new primary writes nothing to the old one, where it would be lost.</summary>
    private void JudgeLost()
    {
        foreach (var stray in observer.Truth.Strays.Where(stray => stray.IsOfOldPrimary))
        {
            foreach (var operation in observer.Operations.Where(operation => operation.Result == OperationResult.Committed
                && operation.Key == stray.Record && (stray.Tag == 0 ? operation.Kind is "open" or "close" : operation.Number == stray.Tag)))
            {
                // Of a trade the commit does not say which call made it.
                var from = stray.Tag == 0 ? operation.InvokedAt : stray.At;
                if (operation.Instance.SeenAt(stray.Timeline + 1) < from && stray.At >= from && stray.At <= operation.CompletedAt
                    && !observer.Truth.Of(stray.Record).Any(version => version.Tag == stray.Tag)
                    && !observer.Truth.Strays.Any(later => later.Record == stray.Record && later.Tag == stray.Tag && later.Timeline > stray.Timeline))
                    observer.Violate($"{operation} was acknowledged by the primary of timeline {stray.Timeline} after a later one was seen");
            }
        }
    }

    private void JudgeReplaced(List<(string Record, string Text)> parked)
    {
        foreach (var operation in observer.Operations.Where(operation => operation.Kind is "replace" or "replace-if"))
        {
            var versions = observer.Truth.Of(operation.Key).Where(version => version.Tag == operation.Number && !version.IsRaised).ToList();
            var isParked = parked.Exists(entry =>
                entry.Record == operation.Key && entry.Text.Contains($"\"tag\":{operation.Number}}}", StringComparison.Ordinal));
            if (versions.Count > 1) observer.Violate($"{operation} was applied {versions.Count} times");
            switch (operation.Result)
            {
                case OperationResult.Refused when versions.Count > 0:
                    observer.Violate($"{operation} was applied as version {versions[0].Version}");
                    break;
                case OperationResult.Committed or OperationResult.Spooled when observer.Truth.HasLost(operation.Key):
                    break;
                case OperationResult.Committed when !Of(operation).Any(version => version.Version == operation.Version) && !IsOvertaken(operation):
                    observer.Violate($"{operation} was acknowledged as committed and is not version {operation.Version}");
                    break;
                case OperationResult.Spooled when versions.Count == 0 && !isParked && !IsReplaced(operation, parked):
                    observer.Violate($"{operation} was acknowledged as spooled and is lost");
                    break;
            }
        }
    }

    /// <summary>
    /// Versions and values that PostgreSQL served are linearizable, on whichever instance. A write that was spooled, or whose outcome is not known,
    /// may take effect at any later time, or never.
    /// </summary>
    private void JudgeHistory()
    {
        var all = observer.Operations.Where(operation => operation.Kind is "replace" or "replace-if").ToList();
        var writes = all.Where(operation => operation.Result != OperationResult.Refused)
            .Select(operation => new Call(operation.Key, IsRead: false, operation.Number, operation.InvokedAt,
                operation.Result == OperationResult.Committed ? operation.CompletedAt : long.MaxValue,
                // A spooled write replaces an older one that it did not know, which becomes a conflict.
                operation.Result == OperationResult.Committed ? operation.Replaces : null, operation.Instance.Name));
        var replaced = all.Select(operation => operation.Key).Where(key => !observer.Truth.HasLost(key)).ToHashSet();
        if (Linearizability.FindViolation(writes.Concat(observer.ReadCalls).Where(call => replaced.Contains(call.Key))) is var (key, stuck))
            observer.Violate($"the history of {key} is not linearizable: {string.Join("; ", stuck)}");
    }

    /// <summary>The versions that a write made, by itself or composed with later ones.</summary>
    private IEnumerable<CommittedVersion> Of(Operation operation) => observer.Truth.Of(operation.Key).Where(version =>
        version.Tag == operation.Number || operation.Kind == "replace" && IsComposed(operation, version.Tag));

    /// <summary>
    /// The response to its commit was lost, and others replaced it before its outcome was found out: its caller is told a version that the record has
    /// no more.
    /// </summary>
    private bool IsOvertaken(Operation operation) => Of(operation).Any(version => version.Version < operation.Version)
        && observer.Truth.VersionAt(operation.Key, operation.CompletedAt) > operation.Version;

    /// <summary>Writes without a condition that wait together become one, and each caller gets its outcome.</summary>
    private bool IsComposed(Operation operation, int tag) => observer.Operations.Find(other => other.Number == tag) is { } last
        && last.Instance == operation.Instance && last.Key == operation.Key && last.Number > operation.Number
        && last.InvokedAt <= operation.CompletedAt;

    /// <summary>A later write of the same process replaced it in the queue or in the outbox, and that one is there.</summary>
    private bool IsReplaced(Operation operation, List<(string Record, string Text)> parked) => observer.Operations.Exists(later =>
        later.Key == operation.Key && later.Instance.Name == operation.Instance.Name && later.Number > operation.Number
        && later.Kind is "replace" or "replace-if" && later.Result != OperationResult.Refused
        && (observer.Truth.Of(later.Key).Any(version => version.Tag == later.Number)
            || parked.Exists(entry => entry.Record == later.Key && entry.Text.Contains($"\"tag\":{later.Number}}}", StringComparison.Ordinal))));

    private async Task JudgeCollectedAsync(List<(string Record, string Text)> parked)
    {
        const string Id = $"{Clients.Space}/{Clients.Collected}";
        var row = await world.RecordsOf(StateKey.PlaceOf(Id)).GetKeyedStateAsync(Id, CancellationToken.None).ConfigureAwait(false);
        using var document = JsonDocument.Parse(row!.Value);
        var known = observer.Operations.Where(operation => operation.Kind == "collect").Select(operation => $"o{operation.Number}").ToHashSet();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Name != "tag" && !known.Contains(member.Name)) observer.Violate($"nobody wrote the member {member.Name}");
        }
        foreach (var operation in observer.Operations.Where(operation => operation.Kind == "collect"))
        {
            var isThere = document.RootElement.TryGetProperty($"o{operation.Number}", out _);
            if (operation.Result == OperationResult.Refused && isThere) observer.Violate($"{operation} was applied");
            if (operation.IsAcknowledged && !isThere && !observer.Truth.HasLost(operation.Key)
                && !parked.Exists(entry => entry.Text.Contains($"\"o{operation.Number}\"", StringComparison.Ordinal)))
                observer.Violate($"{operation} was acknowledged and is lost");
        }
    }

    private async Task JudgeExtendedAsync(List<(string Record, string Text)> parked)
    {
        if (await world.RecordsOf(RecordPlace.OfChat("1001")).GetUsersAsync(["1001"], CancellationToken.None).ConfigureAwait(false)
            is not [{ ExpiresAt: { } end }])
        {
            observer.Violate("the extended user is gone");
            return;
        }
        var days = (int)Math.Round((end - SimulatedClock.Begin).TotalDays) - 1000;
        var extensions = observer.Operations.Where(operation => operation.Kind == "extend").ToList();
        var acknowledged = extensions.Count(operation => operation.IsAcknowledged);
        var unknown = extensions.Count(operation => operation.Result is OperationResult.Unknown or OperationResult.Open);
        var waiting = parked.Count(entry => entry.Record == Clients.Extended);
        if (days > acknowledged + unknown)
            observer.Violate($"{days} days were added, but {acknowledged} were acknowledged and {unknown} are unknown");
        if (days < acknowledged - waiting && !observer.Truth.HasLost(Clients.Extended))
            observer.Violate($"{days} days were added, but {acknowledged} were acknowledged");
    }

    private async Task JudgeTradesAsync(List<(string Record, string Text)> parked)
    {
        var stored = new Dictionary<string, TradeRow>(StringComparer.Ordinal);
        var records = world.RecordsOf(RecordPlace.OfChat(Clients.TradingChat.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await foreach (var trade in records.ListTradesAsync(new TradeQuery(), CancellationToken.None).ConfigureAwait(false))
        {
            if (!stored.TryAdd($"{TradeRow.Table.Name} {trade.Id}", trade)) observer.Violate($"trade {trade.Id} is stored twice");
        }
        foreach (var operation in observer.Operations.Where(operation => operation.Kind is "open" or "close"))
        {
            var trade = stored.GetValueOrDefault(operation.Key);
            var isParked = parked.Exists(entry => entry.Record == operation.Key) || observer.Truth.HasLost(operation.Key);
            if (operation.IsAcknowledged && trade is null && !isParked) observer.Violate($"{operation} was acknowledged and is lost");
            if (operation is { IsAcknowledged: true, Kind: "close" } && trade is { Status: TradeStatus.Open } && !isParked)
                observer.Violate($"{operation} was acknowledged, and the trade is open");
            if (operation is { Result: OperationResult.Refused, Kind: "open" } && trade is not null) observer.Violate($"{operation} was applied");
        }
        foreach (var (key, trade) in stored)
        {
            var calls = observer.Operations.Where(operation => operation.Key == key && operation.Result != OperationResult.Refused).ToList();
            if (!calls.Exists(call => call.Kind == "open")) observer.Violate($"nobody opened {key}");
            if (trade.Status != TradeStatus.Open && !calls.Exists(call => call.Kind == "close")) observer.Violate($"nobody closed {key}");
        }
    }

    /// <summary>At rest, every instance reads what the server holds.</summary>
    private async Task JudgeReadsAsync()
    {
        foreach (var instance in world.Machines.Select(machine => machine.Running).OfType<Instance>())
        {
            foreach (var chat in new[] { Clients.ExtendedChat, Clients.GateChat })
            {
                var user = await instance.Users.GetAsync(chat).ConfigureAwait(false);
                var committed = observer.Truth.VersionAt($"{UserRow.Table.Name} {chat}", long.MaxValue);
                if ((user?.Version ?? 0) != committed)
                    observer.Violate($"at rest {instance.Name} reads version {user?.Version} of user {chat}, not {committed}");
            }
            var access = await instance.Users.CheckAccessAsync(Clients.GateChat).ConfigureAwait(false);
            if (access.Allowed != observer.Truth.VersionAt(Clients.Gate, long.MaxValue) > 0)
                observer.Violate($"at rest {instance.Name} answers {access.Allowed} to the access of the gate user");
        }
    }
}
