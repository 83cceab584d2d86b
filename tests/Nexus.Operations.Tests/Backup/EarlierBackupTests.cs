using Nexus.Failover;
using Nexus.Operations.Backup;
using Nexus.Operations.Tests.Upgrade;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Backup;

/// <summary>Backups that were made before an upgrade are as good after it: their restored copy is brought up to date.</summary>
public sealed class EarlierBackupTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => [.. EarlierVersion.All];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task One_of_a_database_is_proven_and_its_chats_are_restored(string version)
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: true, sessions: 1);
        await using var database = await EarlierVersion.RestoreAsync(version);
        var report = await home.Manager(nexus: Nexus(database.Url)).CreateAsync(null, Token);

        var (_, proof) = await home.Manager(nexus: Nexus(database.Url)).VerifyAsync(report.Name, new(), null, Token);
        AssertProven(proof, version);
        Assert.Equal(
            ["contents", "schema", "queries", "sealed values"],
            proof.Steps.Select(step => step.Name).SkipWhile(step => step != "contents"));
        // The copy was migrated, not the state.
        Assert.Equal((long)EarlierVersion.Newest(version), await database.ScalarAsync<long>(
            "SELECT count(*) FROM nexus_meta WHERE name ~ '^migration\\.[0-9]+$'"));
        await using (await NexusDb.OpenAsync(Nexus(database.Url)))
        {
            // The upgrade of the state.
        }
        Assert.Empty((await home.Manager(nexus: Nexus(database.Url)).RestoreChatAsync(report.Name, 1001, isApplied: false, false, Token)).Changes);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task One_of_an_embedded_store_is_proven_and_its_chats_are_restored(string version)
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: true, sessions: 1);
        await EarlierVersion.UnpackAsync(version, "embedded.tar.gz", home["earlier"]);
        var report = await home.Manager(nexus: Nexus()).CreateAsync(null, Token);

        var (_, proof) = await home.Manager(nexus: Nexus()).VerifyAsync(report.Name, new(), null, Token);
        AssertProven(proof, version);
        await using (await NexusDb.OpenAsync(Nexus()))
        {
            // The upgrade of the state.
        }
        Assert.Empty((await home.Manager(nexus: Nexus()).RestoreChatAsync(report.Name, 1001, isApplied: false, false, Token)).Changes);
        await home.Manager(nexus: Nexus()).RestoreAsync(report.Name, new() { Replace = true }, null, Token);
        await using (await NexusDb.OpenAsync(Nexus()))
        {
            // The restored file is brought up to date like any other.
        }

        NexusOptions Nexus() => new() { DataFolder = home["earlier"], Keys = EarlierVersion.Keys, Fallback = FallbackMode.Off };
    }

    /// <summary>The first version did not seal the records of API keys (decision 0012): an instance seals them at its first start.</summary>
    private static void AssertProven(BackupProof proof, string version)
    {
        if (EarlierVersion.Newest(version) > 2)
        {
            Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
            Assert.True(proof.OpenedValues > 0);
            return;
        }
        var failed = Assert.Single(proof.Steps, step => !step.Ok);
        Assert.Equal("sealed values", failed.Name);
        Assert.Matches("^1 sealed values cannot be opened, the first in system_config/nexus:caller:", failed.Detail);
    }

    private static NexusOptions Nexus(string url) => new() { Database = url, Keys = EarlierVersion.Keys, Fallback = FallbackMode.Off };
}
