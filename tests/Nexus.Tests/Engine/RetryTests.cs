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

    private static Retry Quick() => new(TimeProvider.System, () => 0);
}
