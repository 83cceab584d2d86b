using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Nexus.Errors;
using Nexus.Leases;
using Nexus.Operations.Leadership;
using Nexus.StoreContract;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Operations.Tests.Leadership;

/// <summary>The election by lease: one leader, epochs that grow, and jobs that end with the lease.</summary>
public sealed class LeaderElectionTests
{
    private static readonly LeaderElectionOptions Short = new()
    {
        LeaseDuration = TimeSpan.FromSeconds(2),
        RenewEvery = TimeSpan.FromMilliseconds(200),
        Margin = TimeSpan.FromMilliseconds(400),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_several_instances_one_leads_and_its_successor_has_the_next_epoch()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        await using var first = Election(db);
        await using var second = Election(db);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = new int[2];
        var epochs = new long[2];
        Task RunAsync(LeaderElection election, int n) => election.RunAsLeaderAsync(async term =>
        {
            epochs[n] = term.Epoch;
            Interlocked.Increment(ref running[n]);
            await Task.Delay(Timeout.Infinite, term.Lost);
        }, stop.Token);

        var one = RunAsync(first, 0);
        await Eventually.TrueAsync(() => Volatile.Read(ref running[0]) == 1);
        var other = RunAsync(second, 1);
        Assert.True(first.IsLeader);
        Assert.Equal(1, first.Epoch);
        Assert.False(await second.TryRunAsLeaderAsync(_ => Task.CompletedTask, Token));
        Assert.Equal((0, 0L, false), (running[1], second.Epoch, second.IsLeader));

        await first.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => one);
        await Eventually.TrueAsync(() => Volatile.Read(ref running[1]) == 1);
        Assert.Equal((2L, 2L), (epochs[1], second.Epoch));
        var status = (await db.Leases!.FindAsync(LeaderElection.BackgroundJobs, Token))!;
        Assert.Equal((2L, true), (status.Epoch, status.IsHeld));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
    }

    [Fact]
    public async Task A_job_whose_lease_was_taken_over_is_cancelled_and_refused_and_starts_again_when_it_leads_again()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        await using var election = Election(db);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        List<long> epochs = [];
        LeadershipLostException? refused = null;
        var run = election.RunAsLeaderAsync(async term =>
        {
            await term.EnsureHeldAsync(Token);
            lock (epochs) epochs.Add(term.Epoch);
            await Task.Delay(Timeout.Infinite, term.Lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await term.EnsureHeldAsync(Token);
            }
            catch (LeadershipLostException error)
            {
                refused = error;
            }
            term.Lost.ThrowIfCancellationRequested();
        }, stop.Token);
        await Eventually.TrueAsync(() => Count(epochs) == 1);

        // As another instance does once the lease has expired.
        await home.Database.ExecuteAsync(
            "UPDATE nexus_leases SET epoch = epoch + 1, holder = 'other', expires_at = clock_timestamp() + interval '1 s'");

        await Eventually.TrueAsync(() => Count(epochs) == 2);
        Assert.Equal([1L, 3L], epochs);
        Assert.Equal((1L, LeaderElection.BackgroundJobs), (refused!.Epoch, refused.Name));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task The_end_of_a_lease_is_seen_by_the_monotonic_clock_without_the_database()
    {
        await using var home = await PostgresHome.CreateAsync();
        var clock = new FakeTimeProvider();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        await using var election = (LeaderElection)LeaderElection.Of(db, NullLoggerFactory.Instance, clock, options: new LeaderElectionOptions());
        var isRunning = new TaskCompletionSource<ILeaderTerm>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = election.RunAsLeaderAsync(async term =>
        {
            isRunning.TrySetResult(term);
            await Task.Delay(Timeout.Infinite, term.Lost);
        }, stop.Token);
        var held = await isRunning.Task;
        await held.EnsureHeldAsync(Token);

        // In one step beyond the margin, so that no renewal comes between: as after a suspension of the process.
        clock.Advance(TimeSpan.FromSeconds(14));

        Assert.True(held.Lost.IsCancellationRequested);
        await Assert.ThrowsAsync<LeadershipLostException>(() => held.EnsureHeldAsync(Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task Nobody_takes_over_while_a_transaction_holds_the_lease_and_a_former_holder_is_refused_in_one()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        var leases = db.Leases!;
        var lease = (await leases.TryTakeAsync("job", "a", TimeSpan.FromSeconds(1), Token))!;
        await using (var connection = await home.Database.DataSource.OpenConnectionAsync(Token))
        await using (var transaction = await connection.BeginTransactionAsync(Token))
        {
            Assert.True(await leases.HoldAsync(lease, transaction, Token));
            await Eventually.TrueAsync(async () =>
            {
                // An idle transaction would be ended when the lease expires.
                await using var busy = new NpgsqlCommand("SELECT 1", connection, transaction);
                await busy.ExecuteNonQueryAsync(Token);
                return await leases.FindAsync("job", Token) is { IsHeld: false };
            });
            // It has expired, but what its holder does in the transaction comes before the next holder.
            Assert.Null(await leases.TryTakeAsync("job", "b", TimeSpan.FromSeconds(1), Token));
            await transaction.RollbackAsync(Token);
        }
        Lease? next = null;
        await Eventually.TrueAsync(async () => (next = await leases.TryTakeAsync("job", "b", TimeSpan.FromMinutes(1), Token)) is not null);
        Assert.Equal(2, next!.Epoch);
        Assert.False(await leases.IsHeldAsync(lease, Token));
        Assert.Null(await leases.RenewAsync(lease, Token));
        await leases.ReleaseAsync(lease, Token);
        Assert.True(await leases.IsHeldAsync(next, Token));
        await using var again = await home.Database.DataSource.OpenConnectionAsync(Token);
        await using var late = await again.BeginTransactionAsync(Token);
        Assert.False(await leases.HoldAsync(lease, late, Token));
        Assert.True(await leases.HoldAsync(next, late, Token));
    }

    [Fact]
    public async Task A_transaction_that_sleeps_beyond_the_lease_is_aborted_by_the_server()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        var lease = (await db.Leases!.TryTakeAsync("job", "a", TimeSpan.FromMilliseconds(300), Token))!;
        await using var connection = await home.Database.DataSource.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        Assert.True(await db.Leases!.HoldAsync(lease, transaction, Token));

        await Eventually.TrueAsync(async () => await db.Leases!.TryTakeAsync("job", "b", TimeSpan.FromMinutes(1), Token) is not null);

        await Assert.ThrowsAnyAsync<NpgsqlException>(async () =>
        {
            await using var command = new NpgsqlCommand("SELECT 1", connection, transaction);
            await command.ExecuteNonQueryAsync(Token);
        });
    }

    [Fact]
    public async Task An_election_works_behind_a_pooler_in_transaction_mode()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var pooler = await PgBouncer.StartAsync(home.Database.Cluster);
        var options = home.CreateOptions();
        options.Database = pooler.Url(home.Database.Name, isSaid: true);
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
        await using var first = Election(db);
        await using var second = Election(db);

        Assert.True(await first.TryRunAsLeaderAsync(term => term.EnsureHeldAsync(Token), Token));
        Assert.False(await second.TryRunAsLeaderAsync(_ => Task.CompletedTask, Token));
        await first.DisposeAsync();
        Assert.True(await second.TryRunAsLeaderAsync(term => term.EnsureHeldAsync(Token), Token));
    }

    [Fact]
    public async Task The_process_of_an_embedded_store_always_leads()
    {
        await using var home = new SqliteHome();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);

        Assert.Null(db.Leases);
        var election = LeaderElection.Of(db, NullLoggerFactory.Instance, TimeProvider.System);
        Assert.True(election.IsLeader);
        Assert.True(await election.TryRunAsLeaderAsync(term => term.EnsureHeldAsync(Token), Token));
    }

    [Fact]
    public async Task Arguments_outside_their_limits_are_refused()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        foreach (var (name, holder, duration, field) in new[]
        {
            ("", "h", 1.0, "name"), (new string('n', 101), "h", 1, "name"), ("n", "", 1, "holder"), ("n", "h", 0, "duration"),
            ("n", "h", -1, "duration"), ("n", "h", 3601, "duration"),
        })
        {
            var error = await Assert.ThrowsAsync<NexusValidationException>(() =>
                db.Leases!.TryTakeAsync(name, holder, TimeSpan.FromSeconds(duration), Token));
            Assert.Equal(field, error.Field);
        }
        Assert.Throws<ArgumentException>(() => LeaderElection.Of(
            db, NullLoggerFactory.Instance, TimeProvider.System, options: Short with { LeaseDuration = TimeSpan.FromMilliseconds(700) }));
        Assert.Equal("x'\"; DROP", (await db.Leases!.TryTakeAsync("x'\"; DROP", "h", TimeSpan.FromSeconds(1), Token))!.Name);
    }

    private static LeaderElection Election(NexusDb db) =>
        (LeaderElection)LeaderElection.Of(db, NullLoggerFactory.Instance, TimeProvider.System, options: Short);

    private static int Count(List<long> epochs)
    {
        lock (epochs) return epochs.Count;
    }
}
