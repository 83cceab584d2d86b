using System.Globalization;
using Nexus.Chats;
using Nexus.Subscriptions;
using Nexus.Users;

namespace Nexus.Operations.Maintenance;

/// <summary>What one run of the job for subscriptions does, and how much of it.</summary>
internal sealed class SubscriptionWork(MaintenanceRun run, DateTimeOffset now, SubscriptionOptions settings)
{
    private readonly HashSet<(ChatId, DateTimeOffset)> _noticed = [];
    private int _notices;
    private int _locked;
    private int _restored;
    private int _refused;

    private NexusSubscriptions Subscriptions => run.Target.Db.Subscriptions;

    public async Task DoAsync(IReadOnlyList<User> users, CancellationToken cancellationToken)
    {
        await NotifyAsync([.. users.Select(NoticeOf).OfType<SubscriptionNotice>()], cancellationToken).ConfigureAwait(false);
        await AlignAsync([.. users.Select(user => user.ChatId)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Locks and restores sessions as their users demand.</summary>
    public async Task AlignAsync(IReadOnlyCollection<ChatId> chats, CancellationToken cancellationToken)
    {
        var preview = await Subscriptions.AlignSessionsAsync(chats, settings.LocksExpired, isPreview: true, cancellationToken).ConfigureAwait(false);
        var (locks, restores) = (preview.Locked.Count, preview.Restored.Count);
        if (locks + restores == 0)
        {
            _refused += preview.Refused.Count;
            return;
        }
        var step = string.Create(CultureInfo.InvariantCulture, $"lock {locks} sessions down and restore {restores}");
        if (!await run.MayChangeAsync(step, cancellationToken).ConfigureAwait(false))
        {
            (_locked, _restored) = (_locked + locks, _restored + restores);
            return;
        }
        var done = await Subscriptions.AlignSessionsAsync(chats, settings.LocksExpired, cancellationToken: cancellationToken).ConfigureAwait(false);
        (_locked, _restored, _refused) = (_locked + done.Locked.Count, _restored + done.Restored.Count, _refused + done.Refused.Count);
    }

    /// <summary>Null if there was nothing to do.</summary>
    public string? Describe() => _notices + _locked + _restored + _refused == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{_notices} notices, {_locked} sessions locked down, {_restored} restored{(_refused == 0 ? "" : $", {_refused} refused or unreadable")}");

    private async Task NotifyAsync(IReadOnlyList<SubscriptionNotice> notices, CancellationToken cancellationToken)
    {
        if (notices.Count == 0) return;
        if (run.IsDry)
        {
            _notices += notices.Count;
            await run.MayChangeAsync(
                string.Create(CultureInfo.InvariantCulture, $"give up to {notices.Count} notices, without those that were given"), cancellationToken)
                .ConfigureAwait(false);
            return;
        }
        await run.MayChangeAsync(string.Create(CultureInfo.InvariantCulture, $"give {notices.Count} notices"), cancellationToken)
            .ConfigureAwait(false);
        _notices += (await Subscriptions.NotifyAsync(notices, cancellationToken).ConfigureAwait(false)).Count;
    }

    /// <summary>The most urgent notice that is due; null for none.</summary>
    private SubscriptionNotice? NoticeOf(User user)
    {
        if (user is not { Role: UserRole.User, ExpiresAt: { } end } || end <= now) return null;
        var due = settings.NoticeDays.Where(days => end <= now.AddDays(days)).DefaultIfEmpty(0).Min();
        return due > 0 && _noticed.Add((user.ChatId, end)) ? new SubscriptionNotice(user.ChatId, end, due, user.TimeZone) : null;
    }
}
