using Nexus.Engine;
using Nexus.Errors;
using Nexus.Leases;
using Nexus.Postgres;
using Nexus.Stores;
using Nexus.Users;

namespace Nexus.Simulation;

/// <summary>A cache is filled by the load that came before a change.</summary>
internal sealed class OlderLoad : Plant
{
    public override IUserReader WrapUsers(IUserReader store, TimeProvider clock) => new Reader(store, clock);

    private sealed class Reader(IUserReader store, TimeProvider clock) : WrappedUsers(store)
    {
        private readonly Dictionary<string, (long At, object Loaded)> _loads = new(StringComparer.Ordinal);

        public override Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
            Load("user", chatIds, () => base.GetUsersAsync(chatIds, cancellationToken));

        public override Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
            Load("access", chatIds, () => base.GetAccessAsync(chatIds, cancellationToken));

        private Task<T> Load<T>(string what, IReadOnlyCollection<string> chatIds, Func<Task<T>> load)
        {
            var key = $"{what} {string.Join(',', chatIds)}";
            if (_loads.TryGetValue(key, out var last) && clock.GetElapsedTime(last.At) < TimeSpan.FromSeconds(2)) return (Task<T>)last.Loaded;
            var loaded = load();
            _loads[key] = (clock.GetTimestamp(), loaded);
            return loaded;
        }
    }
}

/// <summary>The caches of the writing process learn of its own writes a second later.</summary>
internal sealed class OwnWritesTooLate : Plant
{
    public override IStateWriter WrapWriter(IStateWriter store, TimeProvider clock)
    {
        var late = new ChangeFeed(RecordTables.Everything, store.Changes.Proof);
        store.Changes.Published += changes => _ = PublishAsync(changes);
        return new WrappedWriter(late, store.ApplyAsync);

        async Task PublishAsync(IReadOnlyList<StateChange> changes)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock).ConfigureAwait(false);
            late.Publish(changes);
        }
    }
}

/// <summary>The end of a subscription is judged by the clock of the machine.</summary>
internal sealed class EndByLocalClock : Plant
{
    public override IUserReader WrapUsers(IUserReader store, TimeProvider clock) => new Reader(store, clock);

    private sealed class Reader(IUserReader store, TimeProvider clock) : WrappedUsers(store)
    {
        public override async Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken)
        {
            var rows = await base.GetAccessAsync(chatIds, cancellationToken).ConfigureAwait(false);
            return ReplicaRows.From([.. rows.Select(row => row with { ReadAt = clock.GetUtcNow() })], ReplicaRows.SourceOf(rows));
        }
    }
}

/// <summary>A heartbeat counts as heard as soon as it was sent.</summary>
internal sealed class HeartbeatNotHeard : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        private Action<string, int>? _received;

        public override INoticeSource CreateNoticeSource() => Intercepted<INoticeSource>.Over(base.CreateNoticeSource(), (member, arguments, real) =>
        {
            if (member == nameof(INoticeSource.ListenAsync)) _received = (Action<string, int>)arguments[0]!;
            return real();
        });

        public override INoticeSenders CreateNoticeSenders() => Intercepted<INoticeSenders>.Over(base.CreateNoticeSenders(), (member, _, real) =>
            member == nameof(INoticeSenders.OpenAsync) ? OpenAsync((Task<INoticeSender>)real()!) : real());

        private async Task<INoticeSender> OpenAsync(Task<INoticeSender> open)
        {
            var sender = await open.ConfigureAwait(false);
            return Intercepted<INoticeSender>.Over(sender, (member, arguments, real) =>
            {
                if (member != nameof(INoticeSender.SendAsync)) return real();
                foreach (var notice in (string[])arguments[0]!) _received?.Invoke(notice, sender.Process);
                return real();
            });
        }
    }
}

/// <summary>Commits are never announced to the others, and count as announced.</summary>
internal sealed class CommitsNotAnnounced : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        public override INoticeSenders CreateNoticeSenders() => Intercepted<INoticeSenders>.Over(base.CreateNoticeSenders(), (member, _, real) =>
            member == nameof(INoticeSenders.OpenAsync) ? OpenAsync((Task<INoticeSender>)real()!) : real());

        private static async Task<INoticeSender> OpenAsync(Task<INoticeSender> open)
        {
            var sender = await open.ConfigureAwait(false);
            return Intercepted<INoticeSender>.Over(sender, (member, arguments, real) => member != nameof(INoticeSender.SendAsync)
                ? real()
                : sender.SendAsync([.. ((string[])arguments[0]!).Select(Empty)], (CancellationToken)arguments[1]!));
        }

        /// <summary>The same notice without its changes.</summary>
        private static string Empty(string notice)
        {
            var parts = System.Text.Json.Nodes.JsonNode.Parse(notice)!.AsArray();
            parts[2] = new System.Text.Json.Nodes.JsonObject();
            return parts.ToJsonString();
        }
    }
}

/// <summary>A lease is renewed without a look at who took it over.</summary>
internal sealed class FenceNotChecked : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        public override ILeaseStore CreateLeases() => Intercepted<ILeaseStore>.Over(base.CreateLeases(), (member, arguments, real) =>
            member == nameof(ILeaseStore.RenewAsync) ? RenewAsync((Lease)arguments[0]!) : real());

        private async Task<Lease?> RenewAsync(Lease lease)
        {
            try
            {
                return await Link.CallAsync("renew without a fence", server => Task.FromResult(server.Leases.Renew(lease, isFenced: false)), default)
                    .ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresErrors.Covers(error))
            {
                throw PostgresErrors.Translate(error);
            }
        }
    }
}

/// <summary>A write whose outcome is unknown is reported as not written.</summary>
internal sealed class UnknownTakenForRefused : Plant
{
    public override IStateWriter WrapWriter(IStateWriter store, TimeProvider clock) =>
        new WrappedWriter(store.Changes, (writes, atomic, token) => ApplyAsync(store, writes, atomic, token));

    private static async Task<WriteOutcome[]> ApplyAsync(IStateWriter store, IReadOnlyList<Write> writes, bool atomic, CancellationToken token)
    {
        try
        {
            var outcomes = await store.ApplyAsync(writes, atomic, token).ConfigureAwait(false);
            return Array.ConvertAll(outcomes, outcome => outcome.Error is UnknownOutcomeException ? WriteOutcome.Failed(Refusal()) : outcome);
        }
        catch (UnknownOutcomeException)
        {
            throw Refusal();
        }
    }

    private static StoreUnavailableException Refusal() => new(StoreUnavailableReason.Unreachable, "the connection broke");
}
