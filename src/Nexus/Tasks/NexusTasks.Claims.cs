using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Tasks;

/// <summary>Claims: what a worker does with tasks that are due.</summary>
public sealed partial class NexusTasks
{
    /// <summary>The most tasks in one claim.</summary>
    public const int MaxClaim = 1000;

    /// <summary>The shortest lease.</summary>
    public static readonly TimeSpan MinLease = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest lease; a longer run renews it.</summary>
    public static readonly TimeSpan MaxLease = TimeSpan.FromHours(1);

    /// <summary>How late a run may be taken where the policy is <see cref="MissedRuns.Skip"/>.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private const int MaxHolder = 100;

    private const string Stale =
        "is not held by this claim any more: its lease ended and another worker took it over, or it was completed or released before";

    /// <summary>Claims tasks that are due, the longest due first. No other worker gets them before the lease ends.</summary>
    /// <param name="limit">The most tasks, 1 to 1,000.</param>
    /// <param name="lease">How long the claim holds unless it is renewed, 100 milliseconds to 1 hour.</param>
    /// <param name="holder">Who claims, for people: 1 to 100 characters; null for the name of the machine and the process.</param>
    /// <param name="cancellationToken">Cancels the call. A claim that was granted meanwhile ends with its lease.</param>
    /// <returns>The claimed tasks; empty if none is due. A run that the policy <see cref="MissedRuns.Skip"/> leaves out is not among them.</returns>
    /// <exception cref="NexusValidationException">An argument is outside its limits.</exception>
    /// <exception cref="StoreUnavailableException">The database does not respond; during an outage nothing is claimed.</exception>
    /// <example><code>
    /// foreach (var claim in await db.Tasks.ClaimDueAsync(limit: 20, lease: TimeSpan.FromMinutes(1))) await RunAsync(claim);
    /// </code></example>
    public async Task<IReadOnlyList<ClaimedTask>> ClaimDueAsync(
        int limit, TimeSpan lease, string? holder = null, CancellationToken cancellationToken = default)
    {
        Validation.Range("limit", limit, 1, MaxClaim);
        CheckLease(lease);
        var name = holder is null ? DefaultHolder : Validation.Text("holder", holder, MaxHolder);
        List<ClaimedTask> claimed = [];
        while (claimed.Count < limit)
        {
            var wanted = limit - claimed.Count;
            var stamp = _time.GetTimestamp();
            var rows = await Claims.ClaimTasksAsync(wanted, lease, name, cancellationToken).ConfigureAwait(false);
            var missed = rows.Where(row => IsMissed(row, lease)).ToList();
            claimed.AddRange(rows.Where(row => !IsMissed(row, lease)).Select(row => ToClaim(row, lease, stamp)));
            if (missed.Count > 0) await SkipAsync(missed, cancellationToken).ConfigureAwait(false);
            if (missed.Count == 0 || rows.Count < wanted) break;
        }
        _telemetry?.Claimed(claimed.Count);
        return claimed;
    }

    /// <summary>Renews a claim for a time from now.</summary>
    /// <param name="id">The task.</param>
    /// <param name="fence">The number of the claim.</param>
    /// <param name="lease">How long it holds from now, 100 milliseconds to 1 hour.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Until when it holds, by the store's clock.</returns>
    /// <exception cref="NexusValidationException">The lease is outside its limits, or the number is not that of a claim.</exception>
    /// <exception cref="NexusNotFoundException">There is no such task.</exception>
    /// <exception cref="NexusStateException">The claim is not the last one any more: stop the run.</exception>
    /// <exception cref="StoreUnavailableException">The database does not respond.</exception>
    /// <example><code>await db.Tasks.RenewAsync(claim.Task.Id, claim.Lease.Fence, TimeSpan.FromMinutes(1));</code></example>
    public async Task<DateTimeOffset> RenewAsync(Guid id, long fence, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        CheckFence(fence);
        CheckLease(lease);
        return await Claims.RenewTaskAsync(id, fence, lease, cancellationToken).ConfigureAwait(false)
            ?? throw await WhyNotAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a task back before its run is completed: at once, or for another attempt later.</summary>
    /// <param name="id">The task.</param>
    /// <param name="fence">The number of the claim.</param>
    /// <param name="delay">How long nobody can claim it, zero to 24 hours; null for zero.</param>
    /// <param name="error">Why the attempt failed; kept with the task, cut to 1,000 characters, with secrets masked. Null: the run was not begun, and
    /// the attempt does not count.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">The delay is outside its limits, or the number is not that of a claim.</exception>
    /// <exception cref="NexusNotFoundException">There is no such task.</exception>
    /// <exception cref="NexusStateException">The claim is not the last one any more.</exception>
    /// <exception cref="StoreUnavailableException">The database does not respond; the claim ends with its lease.</exception>
    /// <example><code>
    /// await db.Tasks.ReleaseAsync(claim.Task.Id, claim.Lease.Fence, TimeSpan.FromMinutes(5), "the exchange is closed");
    /// </code></example>
    public async Task ReleaseAsync(
        Guid id, long fence, TimeSpan? delay = null, string? error = null, CancellationToken cancellationToken = default)
    {
        CheckFence(fence);
        var wait = delay ?? TimeSpan.Zero;
        if (wait < TimeSpan.Zero || wait > TimeSpan.FromDays(1)) throw new NexusValidationException("delay", "must be zero to 24 hours");
        var text = TaskSealing.Error(error);
        if (!await Claims.ReleaseTaskAsync(id, fence, wait, text, cancellationToken).ConfigureAwait(false))
            throw await WhyNotAsync(id, cancellationToken).ConfigureAwait(false);
        if (text is not null) _telemetry?.Failed();
    }

    /// <summary>Completes the run of a claim and computes the next run.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="error">Why the run failed; null if it did not. Kept with the task, cut to 1,000 characters, with secrets masked.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusNotFoundException">There is no such task any more.</exception>
    /// <exception cref="NexusStateException">Another worker has taken the task over, or the claim was released.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Tasks.CompleteAsync(claim);</code></example>
    public async Task<TaskCompletion> CompleteAsync(ClaimedTask claim, string? error = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var (task, lease) = (claim.Task, claim.Lease);
        // No call for the time: with thousands of workers it would double the load of the database.
        var now = claim.At is { } at
            ? at.Store + _time.GetElapsedTime(at.Stamp)
            : await _clock.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        return await CompleteAsync(
            new CompleteTask(task.Id, lease.Fence, lease.Due, task.Schedule.NextAfterRun(lease.Due, now, task.Missed), TaskSealing.Error(error)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// As <see cref="CompleteAsync(ClaimedTask, string?, CancellationToken)"/>, for a worker that kept only the number of its claim.
    /// </summary>
    /// <param name="id">The task.</param>
    /// <param name="fence">The number of the claim.</param>
    /// <param name="error">Why the run failed; null if it did not.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">The number is not that of a claim.</exception>
    /// <exception cref="NexusNotFoundException">There is no such task any more.</exception>
    /// <exception cref="NexusStateException">Another worker has taken the task over, or the claim was released.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Tasks.CompleteAsync(id, fence);</code></example>
    public async Task<TaskCompletion> CompleteAsync(
        Guid id, long fence, string? error = null, CancellationToken cancellationToken = default)
    {
        CheckFence(fence);
        var row = await FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(id);
        if (row.Runs.CompletedFence == fence) return Repeated(row);
        var now = await _clock.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var due = row.LeasedFor ?? row.NextRun ?? now;
        return await CompleteAsync(
            new CompleteTask(id, fence, due, row.Schedule.NextAfterRun(due, now, row.Missed), TaskSealing.Error(error)), cancellationToken)
            .ConfigureAwait(false);
    }

    private ITaskClaimer Claims => _claims ?? throw new InvalidOperationException("tasks are claimed only from an open store");

    private static string DefaultHolder { get; } = ShortName($"{Environment.MachineName}/{Environment.ProcessId}");

    private async Task<TaskCompletion> CompleteAsync(CompleteTask write, CancellationToken cancellationToken)
    {
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        if (outcome.Status == WriteStatus.InvalidState)
        {
            var row = await FindAsync(write.Id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(write.Id);
            if (row.Runs.CompletedFence == write.Fence) return Repeated(row);
            _telemetry?.Refused();
            throw outcome.ToException(write.Key.ToString(), invalidState: Stale);
        }
        var receipt = outcome.ToReceipt(write.Key);
        if (!receipt.AlreadyExisted) _telemetry?.Completed(write.Error is not null);
        return new TaskCompletion(write.NextRun, receipt.Version, receipt.AlreadyExisted, receipt.IsSpooled);
    }

    private static TaskCompletion Repeated(TaskRow row) =>
        new(row.IsActive ? row.NextRun : null, row.Version, AlreadyCompleted: true, IsSpooled: false);

    /// <summary>The runs that are left out end without an error; who else has claimed one meanwhile ends it.</summary>
    private async Task SkipAsync(List<TaskRow> missed, CancellationToken cancellationToken)
    {
        var now = await _clock.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var writes = missed.Select(row => new CompleteTask(
            row.Id, row.Runs.Fence, row.LeasedFor!.Value, row.Schedule.NextAfterRun(row.LeasedFor!.Value, now, row.Missed), Error: null)).ToList();
        await _queue.WriteBatchAsync(writes, atomic: false, cancellationToken).ConfigureAwait(false);
        _telemetry?.Skipped(missed.Count);
    }

    /// <summary>A run that was begun before is not missed, even if another worker takes it over.</summary>
    private static bool IsMissed(TaskRow row, TimeSpan lease) =>
        row.Missed == MissedRuns.Skip && row.Runs.Attempts == 1 && row.LeasedUntil - lease - row.LeasedFor > Grace;

    private ClaimedTask ToClaim(TaskRow row, TimeSpan lease, long stamp)
    {
        var task = _sealing.FromRow(row);
        return new ClaimedTask(task, task.Lease!) { At = (task.Lease!.Until - lease, stamp) };
    }

    private async Task<NexusException> WhyNotAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is null) return NotFound(id);
        _telemetry?.Refused();
        return new NexusStateException(NameOf(id), Stale);
    }

    /// <summary>A task that was never completed has 0 as the number of its last completed claim, which is no claim.</summary>
    private static void CheckFence(long fence)
    {
        if (fence < 1) throw new NexusValidationException("fence", "must be the number of the claim, 1 or greater");
    }

    private static void CheckLease(TimeSpan lease)
    {
        if (lease < MinLease || lease > MaxLease)
            throw new NexusValidationException("lease", $"must be {MinLease.TotalMilliseconds:0} milliseconds to {MaxLease.TotalMinutes:0} minutes");
    }

    private static string ShortName(string name) => name.Length <= MaxHolder ? name : name[^MaxHolder..];
}
