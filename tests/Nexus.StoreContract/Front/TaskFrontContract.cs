using Nexus.Errors;
using Nexus.Json;
using Nexus.Tasks;

namespace Nexus.StoreContract.Front;

/// <summary>Scheduled tasks through the front door.</summary>
public abstract class TaskFrontContract : FrontContract
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Whether the database is there, which alone grants claims.</summary>
    protected virtual bool CanClaim => true;

    [Fact]
    public async Task A_task_is_created_read_changed_and_deleted()
    {
        var created = await Db.Tasks.CreateAsync(Draft() with { Description = "ñ", JobId = "job" }, Token);
        Assert.Equal((1L, true, 0), (created.Version, created.IsActive, created.Attempts));
        Assert.True(created.NextRun > created.CreatedAt);
        var read = (await Db.Tasks.GetAsync(created.Id, Token))!;
        Assert.Equal((created.NextRun, "ñ", "job", created.CreatedAt), (read.NextRun, read.Description, read.JobId, read.CreatedAt));

        var paused = await Db.Tasks.UpdateAsync(created.Id, new TaskChange { IsActive = false, Description = "" }, cancellationToken: Token);
        Assert.Equal((2L, false, null), (paused.Version, paused.IsActive, paused.Description));
        await Assert.ThrowsAsync<NexusStateException>(() => Db.Tasks.RunNowAsync(created.Id, Token));
        await Assert.ThrowsAsync<NexusConflictException>(() => Db.Tasks.UpdateAsync(created.Id, new TaskChange { IsActive = true }, 1, Token));
        Assert.True((await Db.Tasks.UpdateAsync(created.Id, new TaskChange { IsActive = true }, 2, Token)).IsActive);
        var due = await Db.Tasks.RunNowAsync(created.Id, Token);
        Assert.True(due.NextRun <= await Db.GetTimeAsync(Token));
        await Assert.ThrowsAsync<NexusStateException>(() => Db.Tasks.CreateAsync(Draft() with { Id = created.Id, Action = "other" }, Token));
        var repeated = await Db.Tasks.CreateAsync(Draft() with { Id = created.Id, JobId = "job" }, Token);
        Assert.Equal((due.Version, due.NextRun), (repeated.Version, repeated.NextRun));

        Assert.Single(await ToListAsync(Db.Tasks.ListAsync(new TaskFilter { ChatId = 1001, IsActive = true }, Token)));
        Assert.Empty(await ToListAsync(Db.Tasks.ListAsync(new TaskFilter { ChatId = 1002 }, Token)));
        Assert.True((await Db.Tasks.DeleteAsync(created.Id, cancellationToken: Token)).Existed);
        Assert.False((await Db.Tasks.DeleteAsync(created.Id, cancellationToken: Token)).Existed);
        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Tasks.UpdateAsync(created.Id, new TaskChange(), cancellationToken: Token));
    }

    [Fact]
    public async Task Secrets_among_the_parameters_are_sealed_and_masks_keep_them()
    {
        var created = await Db.Tasks.CreateAsync(
            Draft() with { Parameters = StateJson.Parse("""{"symbol":"BTC","api_secret":"s3cr3t-of-task"}""") }, Token);
        var read = (await Db.Tasks.GetAsync(created.Id, Token))!;
        Assert.Equal("s3cr3t-of-task", read.Parameters.Reveal().Contains("s3cr3t-of-task", StringComparison.Ordinal) ? "s3cr3t-of-task" : "");
        Assert.DoesNotContain("s3cr3t-of-task", read.Parameters.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t-of-task", System.Text.Encoding.UTF8.GetString(read.Parameters.Utf8.Span), StringComparison.Ordinal);

        var masked = read.Parameters.ToString().Replace("BTC", "ETH", StringComparison.Ordinal);
        await Db.Tasks.UpdateAsync(created.Id, new TaskChange { Parameters = StateJson.Parse(masked) }, cancellationToken: Token);
        AssertJson("""{"symbol":"ETH","api_secret":"s3cr3t-of-task"}""", (await Db.Tasks.GetAsync(created.Id, Token))!.Parameters.Reveal());
        await Assert.ThrowsAsync<NexusValidationException>(() =>
            Db.Tasks.CreateAsync(Draft() with { Parameters = StateJson.Parse(masked) }, Token));
    }

    [Fact]
    public async Task Bad_input_is_refused_with_its_field_and_nothing_is_written()
    {
        foreach (var (draft, field) in new (NewTask, string)[]
        {
            (Draft() with { Action = "" }, "action"), (Draft() with { Action = new string('a', 101) }, "action"),
            (Draft() with { Description = new string('d', 1001) }, "description"), (Draft() with { JobId = new string('j', 201) }, "jobId"),
            (Draft() with { Parameters = StateJson.Parse("[1]") }, "params"), (Draft() with { Parameters = StateJson.Parse("{") }, "params"),
            (Draft() with { Parameters = StateJson.Parse($$"""{"a":"{{new string('v', Validation.MaxDocumentBytes)}}"}""") }, "params"),
            (Draft() with { Id = Guid.Empty }, "id"), (Draft() with { Missed = (MissedRuns)9 }, "missed"),
            (Draft() with { NextRun = DateTimeOffset.MaxValue }, "nextRun"),
            (Draft() with { Schedule = TaskSchedule.At(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero)) }, "schedule.value"),
        })
        {
            Assert.Equal(field, (await Assert.ThrowsAsync<NexusValidationException>(() => Db.Tasks.CreateAsync(draft, Token))).Field);
        }
        Assert.Empty(await ToListAsync(Db.Tasks.ListAsync(cancellationToken: Token)));

        var limit = await Assert.ThrowsAsync<NexusValidationException>(() => Db.Tasks.ClaimDueAsync(0, Minute, cancellationToken: Token));
        Assert.Contains("1 to 1000", limit.Message, StringComparison.Ordinal);
        foreach (var lease in new[] { TimeSpan.Zero, -Minute, TimeSpan.FromMilliseconds(99), TimeSpan.FromHours(1) + TimeSpan.FromTicks(1) })
        {
            var error = await Assert.ThrowsAsync<NexusValidationException>(() => Db.Tasks.ClaimDueAsync(1, lease, cancellationToken: Token));
            Assert.Equal("lease", error.Field);
            Assert.Contains("60 minutes", error.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<NexusValidationException>(() => Db.Tasks.RenewAsync(Guid.NewGuid(), 1, lease, Token));
        }
        Assert.Equal("holder", (await Assert.ThrowsAsync<NexusValidationException>(() =>
            Db.Tasks.ClaimDueAsync(1, Minute, new string('h', 101), Token))).Field);
        Assert.Equal("delay", (await Assert.ThrowsAsync<NexusValidationException>(() =>
            Db.Tasks.ReleaseAsync(Guid.NewGuid(), 1, TimeSpan.FromDays(2), cancellationToken: Token))).Field);
    }

    [Fact]
    public async Task A_worker_claims_renews_and_completes_and_the_next_run_follows_the_schedule()
    {
        if (!CanClaim) return;
        var created = await Db.Tasks.CreateAsync(Draft() with { NextRun = (await Db.GetTimeAsync(Token)).AddHours(-3) }, Token);

        var claim = Assert.Single(await Db.Tasks.ClaimDueAsync(10, Minute, "me", Token));
        Assert.Equal((created.Id, "me", created.NextRun), (claim.Task.Id, claim.Lease.Holder, claim.Lease.Due));
        Assert.True(await Db.Tasks.RenewAsync(created.Id, claim.Lease.Fence, TimeSpan.FromMinutes(2), Token) > claim.Lease.Until);
        var completion = await Db.Tasks.CompleteAsync(claim, cancellationToken: Token);

        // The interval counts from the time that was due, and what was missed is one run.
        var now = await Db.GetTimeAsync(Token);
        Assert.InRange(completion.NextRun!.Value, now.AddHours(-1), now.AddHours(1));
        Assert.True(completion.NextRun > now.AddMinutes(-1));
        Assert.Equal(0, (completion.NextRun.Value - created.NextRun!.Value).Ticks % TimeSpan.TicksPerHour);
        var again = await Db.Tasks.CompleteAsync(created.Id, claim.Lease.Fence, cancellationToken: Token);
        Assert.Equal((true, completion.NextRun, completion.Version), (again.AlreadyCompleted, again.NextRun, again.Version));
        Assert.True((await Db.Tasks.CompleteAsync(claim, cancellationToken: Token)).AlreadyCompleted);
        await Assert.ThrowsAsync<NexusStateException>(() => Db.Tasks.RenewAsync(created.Id, claim.Lease.Fence, Minute, Token));
        await Assert.ThrowsAsync<NexusStateException>(() => Db.Tasks.CompleteAsync(created.Id, claim.Lease.Fence + 1, cancellationToken: Token));
        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Tasks.CompleteAsync(Guid.NewGuid(), 1, cancellationToken: Token));
        Assert.Null((await Db.Tasks.GetAsync(created.Id, Token))!.Lease);
    }

    [Theory]
    [InlineData(MissedRuns.Once)]
    [InlineData(MissedRuns.All)]
    [InlineData(MissedRuns.Skip)]
    public async Task Missed_runs_follow_the_policy(MissedRuns missed)
    {
        if (!CanClaim) return;
        var now = await Db.GetTimeAsync(Token);
        var created = await Db.Tasks.CreateAsync(Draft() with { Missed = missed, NextRun = now.AddHours(-2).AddMinutes(-30) }, Token);

        var runs = 0;
        while (await Db.Tasks.ClaimDueAsync(10, Minute, cancellationToken: Token) is { Count: > 0 } claimed)
        {
            runs++;
            await Db.Tasks.CompleteAsync(Assert.Single(claimed), cancellationToken: Token);
        }

        Assert.Equal(missed switch { MissedRuns.Once => 1, MissedRuns.All => 3, _ => 0 }, runs);
        var task = (await Db.Tasks.GetAsync(created.Id, Token))!;
        Assert.Equal(created.NextRun!.Value.AddHours(3), task.NextRun);
        Assert.Null(task.Lease);
    }

    [Fact]
    public async Task A_failure_is_kept_with_secrets_masked_and_a_released_run_comes_back()
    {
        if (!CanClaim) return;
        var created = await Db.Tasks.CreateAsync(Draft() with { NextRun = (await Db.GetTimeAsync(Token)).AddMinutes(-1) }, Token);
        var claim = Assert.Single(await Db.Tasks.ClaimDueAsync(1, Minute, cancellationToken: Token));
        await Db.Tasks.ReleaseAsync(created.Id, claim.Lease.Fence, error: "first\0try", cancellationToken: Token);
        var released = (await Db.Tasks.GetAsync(created.Id, Token))!;
        Assert.Equal(("first try", 1), (released.LastError, released.Attempts));

        claim = Assert.Single(await Db.Tasks.ClaimDueAsync(1, Minute, cancellationToken: Token));
        Assert.Equal(2, claim.Task.Attempts);
        await Db.Tasks.CompleteAsync(claim, $"refused: {new string('x', 5000)}", Token);
        var failed = (await Db.Tasks.GetAsync(created.Id, Token))!;
        Assert.Equal((1000, 0), (failed.LastError!.Length, failed.Attempts));
        Assert.Single(await ToListAsync(Db.Tasks.ListAsync(new TaskFilter { HasFailed = true }, Token)));
    }

    [Fact]
    public async Task A_task_that_is_deleted_during_its_run_cannot_be_completed()
    {
        if (!CanClaim) return;
        var created = await Db.Tasks.CreateAsync(Draft() with { NextRun = await Db.GetTimeAsync(Token) }, Token);
        var claim = Assert.Single(await Db.Tasks.ClaimDueAsync(1, Minute, cancellationToken: Token));
        await Db.Tasks.DeleteAsync(created.Id, cancellationToken: Token);

        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Tasks.CompleteAsync(claim, cancellationToken: Token));
        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Tasks.RenewAsync(created.Id, claim.Lease.Fence, Minute, Token));
    }

    private static NewTask Draft() => new() { ChatId = 1001, Action = "report", Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)) };
}
