using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.Tasks;

/// <summary>
/// Scheduled tasks of chats, and the claims of the workers that run them. A task runs at most once at a time: a claim holds for a lease, has a number
/// that grows with each claim of the task, and only the last claim can complete the run. A worker that dies loses its claim when the lease ends, and
/// another worker takes the task over; so the effect of a run should be repeatable, or be guarded by the task's id and its due time.
/// </summary>
/// <remarks>
/// Claims need the database. During an outage of PostgreSQL they are refused, tasks can be created and changed, and runs that were claimed before can
/// be completed: docs/tasks.md.
/// </remarks>
public sealed partial class NexusTasks
{
    private readonly ITaskReader _store;
    private readonly IStoreClock _clock;
    private readonly ITaskClaimer? _claims;
    private readonly WriteQueue _queue;
    private readonly TaskSealing _sealing;
    private readonly TimeProvider _time;
    private readonly TaskTelemetry? _telemetry;

    internal NexusTasks(ITaskReader store, IStoreClock clock, ITaskClaimer? claims, WriteQueue queue, DocumentSealer documents,
        TimeProvider time, TaskTelemetry? telemetry) =>
        (_store, _clock, _claims, _queue, _sealing, _time, _telemetry) =
        (store, clock, claims, queue, new TaskSealing(documents), time, telemetry);

    /// <summary>One task, or null.</summary>
    /// <param name="id">The task.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var next = (await db.Tasks.GetAsync(id))?.NextRun;</code></example>
    public async Task<ScheduledTask?> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } row ? _sealing.FromRow(row) : null;

    /// <summary>Streams tasks in the order of their ids; ids that Nexus makes are in the order of creation.</summary>
    /// <param name="filter">All conditions together; null for every task.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">A condition exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>
    /// await foreach (var task in db.Tasks.ListAsync(new TaskFilter { ChatId = 1001, IsActive = true })) Console.WriteLine(task.NextRun);
    /// </code></example>
    public IAsyncEnumerable<ScheduledTask> ListAsync(TaskFilter? filter = null, CancellationToken cancellationToken = default)
    {
        filter ??= new TaskFilter();
        return ReadAsync(
            new TaskQuery(
                filter.ChatId?.Value, filter.IsActive, filter.HasFailed,
                filter.Action is null ? null : Validation.Text("action", filter.Action, TaskSealing.MaxAction), filter.After,
                Validation.Limit(filter.Limit)),
            cancellationToken);
    }

    /// <summary>How many tasks wait for a worker.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>if ((await db.Tasks.GetBacklogAsync()).Overdue > TimeSpan.FromMinutes(5)) Console.WriteLine("no worker runs");</code></example>
    public Task<TaskBacklog> GetBacklogAsync(CancellationToken cancellationToken = default) => _store.GetTaskBacklogAsync(cancellationToken);

    /// <summary>Creates a task. A repeat with the same id and content returns the existing task, and creates nothing.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A field exceeds a limit, or the schedule has no occurrence after now.</exception>
    /// <exception cref="NexusStateException">There is another task with the id.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>
    /// var schedule = TaskSchedule.Cron("0 9 * * *", "Europe/Madrid");
    /// var task = await db.Tasks.CreateAsync(new NewTask { ChatId = 1001, Action = "daily-report", Schedule = schedule });
    /// </code></example>
    public async Task<ScheduledTask> CreateAsync(NewTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        var row = _sealing.WithoutMasks(_sealing.ToRow(task, task.Id ?? UuidV7.New()), stored: null);
        var now = await _clock.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        row = row with { CreatedAt = now, NextRun = row.NextRun ?? FirstRun(row.Schedule, now) };
        try
        {
            return await SaveAsync(row, expectedVersion: 0, cancellationToken).ConfigureAwait(false);
        }
        catch (NexusConflictException) when (task.Id is not null)
        {
            var stored = await FindAsync(row.Id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(row.Id);
            return _sealing.IsSame(row, stored)
                ? _sealing.FromRow(stored)
                : throw new NexusStateException(NameOf(row.Id), "already exists with different content: use another id, or change the existing task");
        }
    }

    /// <summary>Changes a task. A worker that has it can still complete its run.</summary>
    /// <param name="id">The task.</param>
    /// <param name="change">What is null stays.</param>
    /// <param name="expectedVersion">The version to change; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A field exceeds a limit, or the schedule has no occurrence after now.</exception>
    /// <exception cref="NexusNotFoundException">There is no such task.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Tasks.UpdateAsync(id, new TaskChange { IsActive = false });</code></example>
    public Task<ScheduledTask> UpdateAsync(
        Guid id, TaskChange change, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        Validation.Version("expectedVersion", expectedVersion);
        return Contention.WriteAsync(ChangeAsync, mayRepeat: expectedVersion is null, TimeProvider.System, cancellationToken);

        async Task<ScheduledTask> ChangeAsync()
        {
            var stored = await FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(id);
            if (expectedVersion is { } expected && expected != stored.Version)
                throw new NexusConflictException(NameOf(id), expected, stored.Version);
            var row = _sealing.WithoutMasks(_sealing.Change(stored, change), stored);
            var isResumed = row.IsActive && !stored.IsActive;
            if (change.NextRun is null && (change.Schedule is not null || isResumed))
            {
                var now = await _clock.GetTimeAsync(cancellationToken).ConfigureAwait(false);
                row = row with { NextRun = FirstRun(row.Schedule, now) };
            }
            return await SaveAsync(row, stored.Version, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes an active task due now. If a worker has it, it runs again after that run.</summary>
    /// <param name="id">The task.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusNotFoundException">There is no such task.</exception>
    /// <exception cref="NexusStateException">The task is not active.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Tasks.RunNowAsync(id);</code></example>
    public Task<ScheduledTask> RunNowAsync(Guid id, CancellationToken cancellationToken = default)
    {
        return Contention.WriteAsync(RunAsync, mayRepeat: true, TimeProvider.System, cancellationToken);

        async Task<ScheduledTask> RunAsync()
        {
            var stored = await FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(id);
            if (!stored.IsActive) throw new NexusStateException(NameOf(id), "is not active: resume it, or give it another time for its next run");
            var now = await _clock.GetTimeAsync(cancellationToken).ConfigureAwait(false);
            return await SaveAsync(stored with { NextRun = now }, stored.Version, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes a task, also one that a worker has: that worker can no longer complete its run.</summary>
    /// <param name="id">The task.</param>
    /// <param name="expectedVersion">The version to delete; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>var deleted = await db.Tasks.DeleteAsync(id);</code></example>
    public async Task<DeleteReceipt> DeleteAsync(Guid id, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        Validation.Version("expectedVersion", expectedVersion);
        var write = new RemoveTask(id, expectedVersion);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToDeleteReceipt(write.Key, expectedVersion);
    }

    /// <summary>Stores a task as an export or another system has it, with what became of its runs.</summary>
    /// <param name="row">The task. Its parameters are sealed for their place, or in plain text.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if there is none.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A field exceeds a limit.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public Task<ScheduledTask> RestoreAsync(TaskRow row, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var given = new NewTask
        {
            ChatId = Chats.ChatId.FromStore(row.ChatId),
            Action = row.Action,
            Parameters = Json.StateJson.Parse(row.Parameters),
            Schedule = TaskSchedule.Parse(
                TaskNames.Of(row.Schedule.Kind), row.Schedule.Text, row.Schedule.Kind == TaskScheduleKind.Cron ? row.Schedule.TimeZone : null),
            Missed = row.Missed,
            Description = row.Description,
            JobId = row.JobId,
            IsActive = row.IsActive,
            NextRun = row.NextRun,
        };
        if (row.IsActive && row.NextRun is null) throw new NexusValidationException("nextRun", "is required for an active task");
        if (row.Runs is { Fence: < 0 } or { CompletedFence: < 0 } or { Attempts: < 0 })
            throw new NexusValidationException("fence", "must be 0 or more, as must the attempts");
        var accepted = _sealing.ToRow(given, row.Id) with
        {
            CreatedAt = Validation.CalendarInstant(row.CreatedAt),
            Runs = row.Runs with { LastError = TaskSealing.Error(row.Runs.LastError) },
        };
        return SaveAsync(_sealing.WithoutMasks(accepted, stored: null), expectedVersion, cancellationToken);
    }

    private async Task<ScheduledTask> SaveAsync(TaskRow row, long expectedVersion, CancellationToken cancellationToken)
    {
        var write = row.ToSave(expectedVersion);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        var receipt = outcome.ToReceipt(write.Key, expectedVersion);
        return _sealing.FromRow(row with { Version = receipt.Version, UpdatedAt = receipt.At });
    }

    private async IAsyncEnumerable<ScheduledTask> ReadAsync(TaskQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _store.ListTasksAsync(query, cancellationToken).ConfigureAwait(false)) yield return _sealing.FromRow(row);
    }

    private async Task<TaskRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await _store.GetTasksAsync([id], cancellationToken).ConfigureAwait(false) is [var row] ? row : null;

    private static DateTimeOffset FirstRun(TaskSchedule schedule, DateTimeOffset now) => schedule.FirstAfter(now)
        ?? throw new NexusValidationException("schedule.value", "has no occurrence after now, by the store's clock, until the end of 2099");

    private static NexusNotFoundException NotFound(Guid id) => new(NameOf(id));

    private static string NameOf(Guid id) => TaskRow.Table.Describe(id.ToString());
}
