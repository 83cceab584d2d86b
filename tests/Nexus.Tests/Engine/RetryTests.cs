using Microsoft.Extensions.Time.Testing;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Tests.Engine;

public sealed class RetryTests
{
    private static readonly RetryPolicy Policy = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), MaxAttempts: 6);

    [Theory]
    [InlineData(0.0, new double[] { 50, 100, 200, 400, 500, 500 })]
    [InlineData(0.5, new double[] { 75, 150, 300, 600, 750, 750 })]
    public void Delays_double_up_to_the_longest_and_jitter_takes_at_most_half(double jitter, double[] expected)
    {
        var attempts = new Retry(TimeProvider.System, () => jitter).Begin(Policy);

        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(_ => attempts.NextDelay().TotalMilliseconds));
    }

    [Fact]
    public void A_delay_stays_bounded_after_any_number_of_attempts_and_is_short_again_after_a_success()
    {
        var attempts = new Retry(TimeProvider.System, () => 0.999).Begin(Policy with { MaxAttempts = int.MaxValue });
        for (var n = 0; n < 2000; n++) Assert.InRange(attempts.NextDelay(), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));

        attempts.Reset();

        Assert.InRange(attempts.NextDelay(), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_call_is_repeated_until_it_succeeds()
    {
        var calls = 0;

        Assert.Equal(3, await Quick().RunAsync(Policy, _ => ++calls < 3 ? throw new TimeoutException() : Task.FromResult(calls), error =>
            error is TimeoutException, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_last_error_is_thrown_once_the_attempts_are_used_up()
    {
        var calls = 0;

        var error = await Assert.ThrowsAsync<TimeoutException>(() => Quick()
            .RunAsync<int>(Policy, _ => throw new TimeoutException($"{++calls}"), _ => true, TestContext.Current.CancellationToken));

        Assert.Equal((6, "6"), (calls, error.Message));
    }

    [Fact]
    public async Task What_may_not_be_repeated_is_not()
    {
        var calls = 0;

        await Assert.ThrowsAsync<InvalidOperationException>(() => Quick().RunAsync<int>(
            Policy,
            _ =>
            {
                calls++;
                throw new InvalidOperationException();
            },
            error => error is TimeoutException,
            TestContext.Current.CancellationToken));

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var endless = new RetryPolicy(TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        var run = new Retry(TimeProvider.System).RunAsync<int>(endless, _ => throw new TimeoutException(), _ => true, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task A_write_that_keeps_losing_is_given_up_with_the_number_of_attempts()
    {
        var calls = 0;

        var error = await Assert.ThrowsAsync<NexusConflictException>(() => Contention.WriteAsync<int>(
            () => throw new NexusConflictException("session 1", 1, ++calls), mayRepeat: true, Quick(), TestContext.Current.CancellationToken));

        Assert.Equal(Contention.MaxAttempts, calls);
        Assert.Contains($"{Contention.MaxAttempts} attempts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_for_a_named_version_is_tried_once()
    {
        var calls = 0;
        var conflict = new NexusConflictException("session 1", 1, 2);

        var error = await Assert.ThrowsAsync<NexusConflictException>(() => Contention.WriteAsync<int>(
            () => throw (++calls > 0 ? conflict : null!), mayRepeat: false, Quick(), TestContext.Current.CancellationToken));

        Assert.Equal(1, calls);
        Assert.Same(conflict, error);
    }

    [Fact]
    public async Task Only_a_conflict_repeats_a_write_and_the_clock_of_the_caller_times_its_waits()
    {
        var (clock, calls) = (new FakeTimeProvider(), 0);
        await Assert.ThrowsAsync<TimeoutException>(() => Contention.WriteAsync<int>(() => throw (++calls > 0 ? new TimeoutException() : null!),
            mayRepeat: true, clock, TestContext.Current.CancellationToken));
        Assert.Equal(1, calls);

        var write = Contention.WriteAsync(() => ++calls < 3 ? throw new NexusConflictException("session 1", 1, 2) : Task.FromResult(calls),
            mayRepeat: true, clock, TestContext.Current.CancellationToken);
        Assert.Equal(2, calls);
        clock.Advance(TimeSpan.FromMilliseconds(2));

        Assert.Equal(3, await write);
    }

    [Fact]
    public void No_attempt_begins_once_the_budget_is_used_up()
    {
        var clock = new FakeTimeProvider();
        var attempts = new Retry(clock).Begin(Policy with { Budget = TimeSpan.FromSeconds(1) });

        clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.True(attempts.MayRepeat);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(attempts.MayRepeat);
    }

    [Fact]
    public async Task The_time_of_the_first_attempt_counts_for_the_budget()
    {
        var (clock, calls) = (new FakeTimeProvider(), 0);

        await Assert.ThrowsAsync<TimeoutException>(() => new Retry(clock).RunAsync<int>(
            Policy with { Budget = TimeSpan.FromSeconds(1) },
            _ =>
            {
                calls++;
                clock.Advance(TimeSpan.FromSeconds(1));
                throw new TimeoutException();
            },
            _ => true,
            TestContext.Current.CancellationToken));

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_wait_is_as_long_as_the_delay()
    {
        var (clock, calls) = (new FakeTimeProvider(), 0);
        var run = new Retry(clock, () => 0).RunAsync(
            Policy, _ => ++calls == 1 ? throw new TimeoutException() : Task.FromResult(calls), _ => true, TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromMilliseconds(49));
        Assert.False(run.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, await run);
    }

    [Fact]
    public void Attempts_are_numbered_and_time_is_measured_by_the_clock()
    {
        var clock = new FakeTimeProvider();
        var retry = new Retry(clock);
        var (attempts, before) = (retry.Begin(Policy), retry.Now);

        Assert.Equal(1, attempts.Number);
        attempts.NextDelay();
        Assert.Equal(2, attempts.Number);
        clock.Advance(TimeSpan.FromMilliseconds(7));

        Assert.Equal(TimeSpan.FromMilliseconds(7), retry.Since(before));
    }

    private static Retry Quick() => new(TimeProvider.System, () => 0);
}
