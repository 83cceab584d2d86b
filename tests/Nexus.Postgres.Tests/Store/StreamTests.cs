using System.Diagnostics;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.StoreContract;

namespace Nexus.Postgres.Tests.Store;

public class StreamTests
{
    [Fact]
    public async Task A_stream_that_is_left_early_does_not_read_the_rest()
    {
        await using var fixture = await StoreFixture.CreateAsync((options, _) => options.MaxPoolSize = 1);
        await fixture.Database.ExecuteAsync(
            "INSERT INTO sessions (chat_id, config) SELECT n, jsonb_build_object('filler', repeat('x', 2000)) FROM generate_series(1, 100000) AS n");

        var whole = Stopwatch.StartNew();
        await foreach (var _ in fixture.Store.ListSessionsAsync(new SessionQuery(), StoreFixture.Token)) continue;
        whole.Stop();
        var left = Stopwatch.StartNew();
        await foreach (var _ in fixture.Store.ListSessionsAsync(new SessionQuery(), StoreFixture.Token)) break;
        left.Stop();

        // 200 MB against a few rows: the one connection is free again at once, and usable.
        Assert.True(left.Elapsed < whole.Elapsed / 2, $"leaving took {left.Elapsed}, reading everything {whole.Elapsed}");
        Assert.Equal(1, (await fixture.ApplyAsync(Make.User("1"))).Version);
    }

    [Fact]
    public async Task A_stream_that_is_cancelled_frees_its_connection()
    {
        await using var fixture = await StoreFixture.CreateAsync((options, _) => options.MaxPoolSize = 1);
        await fixture.ApplyAllAsync([.. Enumerable.Range(0, 5000).Select(n => Make.Session($"{n}"))]);
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var row in fixture.Store.ListSessionsAsync(new SessionQuery(), cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });

        Assert.Equal(2, (await fixture.ApplyAsync(Make.Session("1"))).Version);
    }

    [Fact]
    public async Task A_connection_that_breaks_between_two_rows_is_an_error_of_the_store()
    {
        await using var fixture = await StoreFixture.CreateAsync((options, _) => options.MaxPoolSize = 1);
        // More than the buffers between here and there hold, so that the server is still sending when it is ended.
        await fixture.Database.ExecuteAsync(
            "INSERT INTO sessions (chat_id, config) SELECT n, jsonb_build_object('filler', repeat('x', 2000)) FROM generate_series(1, 20000) AS n");

        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            var isFirst = true;
            await foreach (var _ in fixture.Store.ListSessionsAsync(new SessionQuery(), StoreFixture.Token))
            {
                if (isFirst)
                    await fixture.Database.ExecuteAsync("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
                        + "current_database() AND query LIKE '%sessions%' AND pid <> pg_backend_pid()");
                isFirst = false;
            }
        });

        Assert.Equal(1, (await fixture.ApplyAsync(Make.User("1"))).Version);
    }
}
