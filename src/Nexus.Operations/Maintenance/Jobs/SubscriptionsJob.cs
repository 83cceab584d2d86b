using System.Globalization;
using Nexus.Chats;
using Nexus.Subscriptions;
using Nexus.Users;

namespace Nexus.Operations.Maintenance;

/// <summary>
/// Gives notice before subscriptions end, locks the sessions of expired subscribers down, and restores those of renewed ones. A run looks at the
/// subscriptions that crossed a threshold and at the users that changed since the run before, each by an index; once a day it looks at all.
/// </summary>
internal sealed class SubscriptionsJob : IMaintenanceJob
{
    private const int BatchSize = 500;

    private static readonly TimeSpan CheckAllEvery = TimeSpan.FromHours(24);

    /// <summary>A transaction may commit some time after its clock was read.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    public string Name => "subscriptions";

    public string Purpose => "Give notice before subscriptions end, lock expired sessions down, and restore renewed ones.";

    public TimeSpan Every => TimeSpan.FromMinutes(5);

    public bool IsOffPeak => false;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(1);

    public bool NeedsConnection => false;

    public bool IsFor(MaintenanceTarget target) => true;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var db = run.Target.Db;
        var now = await db.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var progress = await SubscriptionProgress.ReadAsync(db, cancellationToken).ConfigureAwait(false);
        // What was noted in the future is that of another clock.
        var isWhole = run.IsForced || progress is null || progress.Through > now + Overlap || progress.CheckedAll > now
            || now - progress.CheckedAll >= CheckAllEvery;
        var since = isWhole ? (DateTimeOffset?)null : progress!.Through - Overlap;

        var work = new SubscriptionWork(run, now, run.Target.Subscriptions);
        await foreach (var batch in BatchesAsync(FindAsync(db, since, now, run.Target.Subscriptions, cancellationToken), cancellationToken)
            .ConfigureAwait(false))
            await work.DoAsync(batch, cancellationToken).ConfigureAwait(false);
        if (isWhole)
        {
            await foreach (var batch in BatchesAsync(LockedAsync(db, cancellationToken), cancellationToken).ConfigureAwait(false))
                await work.AlignAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        if (!run.IsDry)
            await new SubscriptionProgress(now, isWhole ? now : progress!.CheckedAll).SaveAsync(db, cancellationToken).ConfigureAwait(false);
        return work.Describe();
    }

    /// <summary>Users that there may be something to do for; some may come more than once.</summary>
    /// <param name="db">The store.</param>
    /// <param name="since">When the run before looked; null for all.</param>
    /// <param name="now">The store's clock.</param>
    /// <param name="settings">The thresholds.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    private static async IAsyncEnumerable<User> FindAsync(
        NexusDb db, DateTimeOffset? since, DateTimeOffset now, SubscriptionOptions settings,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (since is not { } last)
        {
            var farthest = now.AddDays(settings.NoticeDays.DefaultIfEmpty(0).Max()).AddMicroseconds(1);
            await foreach (var user in db.Users.ListAsync(new UserFilter { EndsBefore = farthest }, cancellationToken).ConfigureAwait(false))
                yield return user;
            yield break;
        }
        foreach (var days in settings.NoticeDays.Append(0))
        {
            var range = db.Users.ListAsync(
                new UserFilter { EndsFrom = last.AddDays(days), EndsBefore = now.AddDays(days).AddMicroseconds(1) }, cancellationToken);
            await foreach (var user in range.ConfigureAwait(false)) yield return user;
        }
        await foreach (var user in db.Users.ListAsync(new UserFilter { ChangedSince = last }, cancellationToken).ConfigureAwait(false))
            yield return user;
    }

    /// <summary>
    /// Chats whose sessions may be locked down: all that watch. A renewal restores its session itself, and this finds what it left behind.
    /// </summary>
    private static async IAsyncEnumerable<ChatId> LockedAsync(
        NexusDb db, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var session in db.Sessions.ListAsync(mode: "WATCHER", cancellationToken: cancellationToken).ConfigureAwait(false))
            yield return session.ChatId;
    }

    private static async IAsyncEnumerable<List<T>> BatchesAsync<T>(
        IAsyncEnumerable<T> items, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<T> batch = [];
        await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(item);
            if (batch.Count < BatchSize) continue;
            yield return batch;
            batch = [];
        }
        if (batch.Count > 0) yield return batch;
    }
}
