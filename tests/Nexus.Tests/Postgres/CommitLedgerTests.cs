using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Tests.Postgres;

/// <summary>A batch whose response was lost is in doubt until the server that took it says what became of it.</summary>
public sealed class CommitLedgerTests
{
    private static readonly IOException Lost = new("Connection reset by peer");

    [Fact]
    public async Task An_old_primary_in_place_of_the_server_is_waited_out()
    {
        var rows = new Rows(2, () => new StoreUnavailableException(StoreUnavailableReason.Fenced, "db1 is an old primary"));

        var status = await Create(rows, TimeSpan.FromSeconds(30)).FindOutAsync(Guid.NewGuid(), Lost);

        Assert.True(status.IsCommitted);
        Assert.Equal(3, rows.Asked);
    }

    [Theory]
    [InlineData(StoreUnavailableReason.Fenced)]
    [InlineData(StoreUnavailableReason.ReadOnly)]
    [InlineData(StoreUnavailableReason.Unreachable)]
    public async Task A_server_that_does_not_know_the_batch_never_means_that_it_was_not_committed(StoreUnavailableReason reason)
    {
        var rows = new Rows(int.MaxValue, () => new StoreUnavailableException(reason, "not the primary"));

        var unknown = await Assert.ThrowsAsync<UnknownOutcomeException>(
            () => Create(rows, TimeSpan.FromMilliseconds(50)).FindOutAsync(Guid.NewGuid(), Lost));

        Assert.Same(Lost, unknown.InnerException);
    }

    [Fact]
    public async Task A_program_that_may_not_use_the_database_any_more_does_not_guess_either()
    {
        var rows = new Rows(int.MaxValue, () => new NexusConfigurationException("NexusOptions.Database", "needs a newer version of this program"));

        await Assert.ThrowsAsync<UnknownOutcomeException>(() => Create(rows, TimeSpan.FromSeconds(30)).FindOutAsync(Guid.NewGuid(), Lost));

        Assert.Equal(1, rows.Asked);
    }

    private static CommitLedger Create(Rows rows, TimeSpan budget) =>
        new(rows, budget, TimeProvider.System, NullLogger.Instance, new Retry(TimeProvider.System, () => 0));

    /// <summary>Fails some times, and then knows the batch.</summary>
    private sealed class Rows(int failures, Func<Exception> fail) : ICommitRows
    {
        public int Asked { get; private set; }

        public Task<CommitStatus> AskAsync(Guid batch, DateTimeOffset deadline) => ++Asked <= failures
            ? Task.FromException<CommitStatus>(fail())
            : Task.FromResult(new CommitStatus(IsCommitted: true, DateTimeOffset.UnixEpoch));

        public Task ForgetAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
