using Nexus.Engine;
using Nexus.Errors;
using Nexus.Tasks;
using Nexus.TestKit;

namespace Nexus.StoreContract;

/// <summary>Scheduled tasks and the claims of their workers.</summary>
public abstract class TaskContract : StoreContract
{
    private static readonly DateTimeOffset Past = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Future = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_task_is_read_as_it_was_saved()
    {
        var task = SampleWrites.Task(1) with
        {
            Description = "ñ",
            JobId = "job",
            Missed = MissedRuns.All,
            Schedule = TaskSchedule.Cron("*/5 * * * *", "Europe/Madrid"),
            Parameters = SampleWrites.Json("""{"a":[1.50,{"b":null}]}"""),
            NextRun = Future,
            Runs = new TaskRuns(7, 5, 2, Past, "why"),
        };
        var outcome = await ApplyAsync(task.ToSave(0));

        AssertApplied(1, outcome);
        var row = (await TaskAsync(task.Id))!;
        Make.AssertJson("""{"a":[1.50,{"b":null}]}""", row.Parameters);
        Assert.Equal(task with { UpdatedAt = outcome.At, Parameters = row.Parameters }, row);
    }

    [Fact]
    public async Task A_write_that_names_a_version_applies_only_over_it()
    {
        var task = SampleWrites.Task(1);
        AssertConflict(0, await ApplyAsync(task.ToSave(1)));
        AssertConflict(0, await ApplyAsync(new RemoveTask(task.Id, 1)));
        AssertApplied(1, await ApplyAsync(task.ToSave(0)));
        AssertConflict(1, await ApplyAsync(task.ToSave(0)));
        AssertApplied(2, await ApplyAsync(task.ToSave(1)));
        AssertApplied(3, await ApplyAsync(task.ToSave(null)));
        AssertConflict(3, await ApplyAsync(new RemoveTask(task.Id, 1)));
        AssertStatus(WriteStatus.Applied, await ApplyAsync(new RemoveTask(task.Id, 3)));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new RemoveTask(task.Id, null)));
        AssertStatus(WriteStatus.NotFound, await ApplyAsync(new CompleteTask(task.Id, 1, Past, null, null)));
        Assert.Null(await TaskAsync(task.Id));
    }

    [Fact]
    public async Task A_reseal_changes_the_secrets_alone_over_the_version_that_was_seen()
    {
        if (!CanReseal) return;
        var task = SampleWrites.Task(1) with { Description = "d", Runs = new TaskRuns(3, 2, 1, Past, "e") };
        await ApplyAsync(new SaveTask(task, ExpectedVersion: 0));

        AssertConflict(1, await ApplyAsync(new ResealTask(task.Id, Make.Utf8("{}"), null, null, SeenVersion: 2)));
        AssertConflict(0, await ApplyAsync(new ResealTask(SampleWrites.Task(2).Id, Make.Utf8("{}"), null, null, SeenVersion: 1)));
        AssertApplied(1, await ApplyAsync(new ResealTask(task.Id, Make.Utf8("""{"n":2}"""), "dd", "ee", SeenVersion: 1)));
        var row = (await TaskAsync(task.Id))!;
        Make.AssertJson("""{"n":2}""", row.Parameters);
        var resealed = task with { Description = "dd", Runs = task.Runs with { LastError = "ee" } };
        Assert.Equal(resealed with { Parameters = row.Parameters, UpdatedAt = row.UpdatedAt }, row);
    }

    [Fact]
    public async Task The_same_write_again_changes_nothing()
    {
        foreach (var save in new[] { SampleWrites.Task(1).ToSave(0), SampleWrites.Task(2).ToSave(null) })
        {
            var first = await ApplyAsync(save);
            Assert.Equal(first with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(save));
        }
    }

    [Fact]
    public async Task Tasks_are_listed_by_chat_state_action_and_failure_in_pages()
    {
        var tasks = Enumerable.Range(1, 20).Select(n => SampleWrites.Task(n) with
        {
            ChatId = n % 2 == 0 ? "2" : "1",
            IsActive = n % 3 != 0,
            Action = n % 5 == 0 ? "five" : "other",
            Runs = TaskRuns.None with { LastError = n % 4 == 0 ? "four" : null },
        }).ToList();
        await ApplyAllAsync([.. tasks.Select(task => task.ToSave(null))]);

        foreach (var query in new[]
        {
            new TaskQuery(), new TaskQuery("2"), new TaskQuery("1", IsActive: true), new TaskQuery(IsActive: false), new TaskQuery(HasFailed: true),
            new TaskQuery("2", Action: "five"), new TaskQuery("3"), new TaskQuery(After: tasks[11].Id), new TaskQuery("2", After: tasks[11].Id),
        })
        {
            var expected = tasks.Where(task => (query.ChatId is null || task.ChatId == query.ChatId)
                && (query.IsActive is null || task.IsActive == query.IsActive) && (!query.HasFailed || task.Runs.LastError is not null)
                && (query.Action is null || task.Action == query.Action)
                && (query.After is not { } after || string.CompareOrdinal(task.Id.ToString(), after.ToString()) > 0))
                .Select(task => task.Id).ToList();
            Assert.Equal(expected, (await ToListAsync(Store.ListTasksAsync(query, Token))).Select(task => task.Id));
            var page = await ToListAsync(Store.ListTasksAsync(query with { Limit = 3 }, Token));
            Assert.Equal(expected.Take(3), page.Select(task => task.Id));
        }
    }

    [Fact]
    public async Task Due_tasks_are_claimed_once_the_longest_due_first()
    {
        if (!CanReseal) return;
        var tasks = Enumerable.Range(1, 6).Select(n => SampleWrites.Task(n) with
        {
            NextRun = n == 4 ? Future : Past.AddHours(10 - n),
            IsActive = n != 5,
        }).ToList();
        await ApplyAllAsync([.. tasks.Select(task => task.ToSave(null))]);
        Assert.Equal(4, (await Store.GetTaskBacklogAsync(Token)).Due);

        var first = await Store.ClaimTasksAsync(3, Minute, "me", Token);
        var second = await Store.ClaimTasksAsync(10, Minute, "other", Token);

        Assert.Equal([tasks[5].Id, tasks[2].Id, tasks[1].Id], first.Select(task => task.Id));
        Assert.Equal([tasks[0].Id], second.Select(task => task.Id));
        Assert.Empty(await Store.ClaimTasksAsync(10, Minute, "third", Token));
        Assert.All(first, task => Assert.Equal(("me", task.NextRun, 1), (task.LeasedBy, task.LeasedFor, task.Runs.Attempts)));
        Assert.All(first, task => Assert.InRange(task.Runs.Fence, 1, 1L << 53));
        var stored = (await TaskAsync(first[0].Id))!;
        Assert.Equal(first[0] with { Parameters = stored.Parameters, Schedule = stored.Schedule }, stored);
        var backlog = await Store.GetTaskBacklogAsync(Token);
        Assert.Equal((0, null), (backlog.Due, backlog.OldestDue));
    }

    [Fact]
    public async Task A_completed_run_has_its_next_run_and_the_claim_is_over()
    {
        var claim = await ClaimedAsync();
        if (claim is null) return;

        var complete = new CompleteTask(claim.Id, claim.Runs.Fence, claim.LeasedFor!.Value, Future, "it failed");
        AssertStatus(WriteStatus.InvalidState, await ApplyAsync(complete with { WriteId = Guid.NewGuid(), Fence = claim.Runs.Fence - 1 }));
        AssertStatus(WriteStatus.InvalidState, await ApplyAsync(complete with { WriteId = Guid.NewGuid(), Fence = claim.Runs.Fence + 1 }));
        var outcome = await ApplyAsync(complete);
        AssertApplied(2, outcome);
        Assert.Equal(outcome with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(complete));
        AssertStatus(WriteStatus.InvalidState, await ApplyAsync(complete with { WriteId = Guid.NewGuid() }));

        var row = (await TaskAsync(claim.Id))!;
        Assert.Equal((Future, true, null, null, null), (row.NextRun, row.IsActive, row.LeasedBy, row.LeasedUntil, row.LeasedFor));
        Assert.Equal(new TaskRuns(claim.Runs.Fence, claim.Runs.Fence, 0, outcome.At, "it failed"), row.Runs);
        Assert.Null(await Store.RenewTaskAsync(claim.Id, claim.Runs.Fence, Minute, Token));
        Assert.False(await Store.ReleaseTaskAsync(claim.Id, claim.Runs.Fence, TimeSpan.Zero, null, Token));
    }

    [Fact]
    public async Task A_run_without_a_next_one_ends_the_task()
    {
        var claim = await ClaimedAsync();
        if (claim is null) return;

        AssertApplied(2, await ApplyAsync(new CompleteTask(claim.Id, claim.Runs.Fence, claim.LeasedFor!.Value, null, null)));
        var row = (await TaskAsync(claim.Id))!;
        Assert.Equal((null, false), (row.NextRun, row.IsActive));
        Assert.Empty(await Store.ClaimTasksAsync(10, Minute, "me", Token));
    }

    [Fact]
    public async Task A_claim_whose_lease_ended_is_taken_over_with_a_greater_number()
    {
        var claim = await ClaimedAsync(TimeSpan.FromMilliseconds(150));
        if (claim is null) return;

        TaskRow? taken = null;
        await Eventually.TrueAsync(async () => (taken = (await Store.ClaimTasksAsync(10, Minute, "other", Token)).SingleOrDefault()) is not null);
        Assert.True(taken!.Runs.Fence > claim.Runs.Fence);
        Assert.Equal(2, taken.Runs.Attempts);
        Assert.Null(await Store.RenewTaskAsync(claim.Id, claim.Runs.Fence, Minute, Token));
        Assert.False(await Store.ReleaseTaskAsync(claim.Id, claim.Runs.Fence, TimeSpan.Zero, "late", Token));
        AssertStatus(
            WriteStatus.InvalidState, await ApplyAsync(new CompleteTask(claim.Id, claim.Runs.Fence, claim.LeasedFor!.Value, Future, null)));
        AssertApplied(2, await ApplyAsync(new CompleteTask(claim.Id, taken.Runs.Fence, taken.LeasedFor!.Value, Future, null)));
    }

    [Fact]
    public async Task A_claim_is_renewed_from_now_and_released_at_once_or_for_later()
    {
        var claim = await ClaimedAsync();
        if (claim is null) return;

        var until = await Store.RenewTaskAsync(claim.Id, claim.Runs.Fence, TimeSpan.FromMinutes(30), Token);
        Assert.True(until > claim.LeasedUntil);
        Assert.Equal(until, (await TaskAsync(claim.Id))!.LeasedUntil);

        Assert.True(await Store.ReleaseTaskAsync(claim.Id, claim.Runs.Fence, TimeSpan.Zero, null, Token));
        Assert.Equal((0, null), ((await TaskAsync(claim.Id))!.Runs.Attempts, (await TaskAsync(claim.Id))!.Runs.LastError));
        var again = Assert.Single(await Store.ClaimTasksAsync(10, Minute, "me", Token));
        Assert.True(await Store.ReleaseTaskAsync(again.Id, again.Runs.Fence, TimeSpan.FromHours(1), "closed", Token));
        Assert.Empty(await Store.ClaimTasksAsync(10, Minute, "me", Token));
        var waiting = (await TaskAsync(claim.Id))!;
        Assert.Equal((1, "closed", claim.NextRun, 1L), (waiting.Runs.Attempts, waiting.Runs.LastError, waiting.NextRun, waiting.Version));

        // Another time for the run ends the wait.
        AssertApplied(2, await ApplyAsync((waiting with { NextRun = Past.AddDays(1) }).ToSave(1)));
        Assert.Single(await Store.ClaimTasksAsync(10, Minute, "me", Token));
    }

    [Fact]
    public async Task A_change_during_a_run_leaves_the_claim_and_its_next_run_stays()
    {
        var claim = await ClaimedAsync();
        if (claim is null) return;

        AssertApplied(2, await ApplyAsync((SampleWrites.Task(1) with { NextRun = Future.AddDays(1), Description = "new" }).ToSave(1)));
        Assert.Equal(("me", claim.Runs.Fence, 1), ((await TaskAsync(claim.Id))!.LeasedBy, (await TaskAsync(claim.Id))!.Runs.Fence,
            (await TaskAsync(claim.Id))!.Runs.Attempts));
        AssertApplied(3, await ApplyAsync(new CompleteTask(claim.Id, claim.Runs.Fence, claim.LeasedFor!.Value, null, null)));
        var row = (await TaskAsync(claim.Id))!;
        Assert.Equal((Future.AddDays(1), true, "new"), (row.NextRun, row.IsActive, row.Description));
    }

    [Fact]
    public async Task A_restored_task_never_lowers_the_number_of_its_claims()
    {
        var claim = await ClaimedAsync();
        if (claim is null) return;

        await ApplyAsync((SampleWrites.Task(1) with { Runs = new TaskRuns(3, 3, 9, Past, "old") }).ToSave(null));
        Assert.Equal(claim.Runs, (await TaskAsync(claim.Id))!.Runs with { CompletedFence = 0 });
        await ApplyAsync((SampleWrites.Task(1) with { Runs = new TaskRuns(claim.Runs.Fence + 5, 3, 9, Past, "old") }).ToSave(null));
        Assert.Equal(new TaskRuns(claim.Runs.Fence + 5, 3, 9, Past, "old"), (await TaskAsync(claim.Id))!.Runs);
    }

    [Fact]
    public async Task Many_workers_at_once_claim_each_task_once_and_complete_it_once()
    {
        if (!CanReseal) return;
        const int Tasks = 400;
        for (var n = 0; n < Tasks; n += 100)
            await ApplyAllAsync([.. Enumerable.Range(n, 100).Select(k => (SampleWrites.Task(k) with { NextRun = Past }).ToSave(null))]);
        var done = new System.Collections.Concurrent.ConcurrentBag<Guid>();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            while (await Store.ClaimTasksAsync(7, Minute, $"worker {worker}", Token) is { Count: > 0 } claimed)
            {
                var outcomes = await ApplyAllAsync([.. claimed.Select(task =>
                    new CompleteTask(task.Id, task.Runs.Fence, task.LeasedFor!.Value, Future, null))]);
                Assert.All(outcomes, outcome => AssertApplied(2, outcome));
                foreach (var task in claimed) done.Add(task.Id);
            }
        })));

        Assert.Equal(Tasks, done.Count);
        Assert.Equal(Tasks, done.Distinct().Count());
    }

    [Fact]
    public async Task Claims_and_their_ends_are_refused_while_the_database_is_unavailable()
    {
        if (CanReseal) return;
        await ApplyAsync((SampleWrites.Task(1) with { NextRun = Past }).ToSave(null));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.ClaimTasksAsync(1, Minute, "me", Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.RenewTaskAsync(SampleWrites.Task(1).Id, 1, Minute, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.ReleaseTaskAsync(SampleWrites.Task(1).Id, 1, default, null, Token));
        // A run that was claimed before ends in the outbox, once.
        var complete = new CompleteTask(SampleWrites.Task(1).Id, 77, Past, Future, null);
        AssertApplied(2, await ApplyAsync(complete));
        AssertStatus(WriteStatus.InvalidState, await ApplyAsync(complete with { WriteId = Guid.NewGuid() }));
        Assert.Equal((Future, 77L), ((await TaskAsync(complete.Id))!.NextRun, (await TaskAsync(complete.Id))!.Runs.CompletedFence));
    }

    private async Task<TaskRow?> TaskAsync(Guid id) => (await Store.GetTasksAsync([id], Token)).SingleOrDefault();

    /// <summary>Task 1, claimed; null where nothing can be claimed.</summary>
    private async Task<TaskRow?> ClaimedAsync(TimeSpan? lease = null)
    {
        if (!CanReseal) return null;
        AssertApplied(1, await ApplyAsync((SampleWrites.Task(1) with { NextRun = Past }).ToSave(0)));
        return Assert.Single(await Store.ClaimTasksAsync(10, lease ?? Minute, "me", Token));
    }
}
