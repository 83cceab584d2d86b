using Nexus.Operations.Backup;

namespace Nexus.Operations.Tests.Backup;

/// <summary>Backups of several databases in one target: nobody restores or deletes what is another's by mistake.</summary>
public sealed class SharedTargetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_backups_of_two_databases_in_one_target_are_kept_apart()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 2);
        await using var other = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        var mine = await home.BackUpAsync();
        Assert.True((await home.VerifyAsync(mine.Name)).Ok);
        Assert.Empty((await home.Manager().ReadStatusAsync(null, Token)).Findings);

        var theirs = await other.BackUpAsync(home.Options());

        // The newest would be the state of the other database.
        foreach (var restore in new RestoreOptions[] { new() { Replace = true }, new() { Replace = true, DryRun = true } })
        {
            var refused = await Assert.ThrowsAsync<BackupException>(() => home.Manager().RestoreAsync("latest", restore, null, Token));
            Assert.Equal(BackupErrorKind.Refused, refused.Kind);
            Assert.Contains(mine.Name, refused.Message, StringComparison.Ordinal);
            Assert.Contains(theirs.Name, refused.Message, StringComparison.Ordinal);
        }
        await Assert.ThrowsAsync<BackupException>(() => home.Manager().RestoreChatAsync("latest", 1, isApplied: true, false, Token));
        Assert.Equal(mine.Rows, (await home.Manager().RestoreAsync(mine.Name, new() { Replace = true, DryRun = true }, null, Token)).Rows);
        Assert.Contains((await home.Manager().ReadStatusAsync(null, Token)).Findings, finding => finding.Code == BackupFindingCodes.Mixed);

        // The other's backups of later days do not use up the days of these.
        await other.BackUpAsync(home.Options());
        var pruned = await other.Manager(home.Options()).PruneAsync(new RetentionPolicy(1, 0, 0), isDryRun: false, Token);
        Assert.Equal([theirs.Name], pruned.Deleted);
        Assert.Contains(pruned.Kept, kept => kept.Name == mine.Name && kept.Reasons.Contains("newest"));
    }

    [Fact]
    public async Task A_state_stays_the_same_through_a_restore_under_another_name()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: true, sessions: 1);
        await home.BackUpAsync();
        await home.Manager().RestoreAsync("latest", new() { Replace = true }, null, Token);
        await home.Database!.CloseConnectionsAsync();
        await home.BackUpAsync();

        var status = await home.Manager().ReadStatusAsync(null, Token);
        Assert.Single(status.Backups.Select(backup => backup.Manifest!.State).Distinct());
        Assert.NotNull(status.Newest!.Manifest!.State);
        Assert.DoesNotContain(status.Findings, finding => finding.Code == BackupFindingCodes.Mixed);
    }

    [Fact]
    public async Task A_chat_id_that_no_client_can_use_does_not_make_a_backup_unusable()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        // As an adopted database keeps what its bot took for an id.
        await home.Database!.ExecuteAsync("INSERT INTO users (chat_id, name) VALUES ('@channel', 'legacy')");
        var proof = await home.VerifyAsync((await home.BackUpAsync()).Name);
        Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
    }
}
