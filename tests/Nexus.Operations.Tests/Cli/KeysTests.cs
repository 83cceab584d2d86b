using Nexus.Failover;
using Nexus.Operations.Keys;
using Nexus.Operations.Tests.Keys;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

public sealed class KeysTests
{
    [Fact]
    public async Task A_generated_key_is_printed_alone_and_works()
    {
        using var nexus = new NexusProgram();
        var key = (await nexus.RunAsync("keys", "generate")).Expect(0).Output;
        Assert.Matches("^[A-Za-z0-9_-]{43}=\n$", key);
        Assert.NotEqual(key, (await nexus.RunAsync("keys", "generate")).Output);
        nexus.Environment["NEXUS_KEYS"] = key.Trim();
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            var list = (await nexus.RunAsync("keys", "list", "--json")).Expect(0).Json;
            Assert.Equal(KeyRing.Parse(key, null).PrimaryId, list.GetProperty("keys")[0].GetProperty("id").GetString());
            (await nexus.RunAsync("keys", "rotate")).Expect(1).ExpectOneLine("in use by another process");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rotation_that_is_killed_again_and_again_ends_with_everything_under_the_new_key(bool postgres)
    {
        // So many that a rotation is still under way when it is looked at, also on a busy machine.
        var sessions = postgres ? 3000 : 12_000;
        using var nexus = new NexusProgram();
        await using var database = postgres ? await TestDatabase.CreateAsync() : null;
        var (oldKey, newKey) = (KeyMaintenance.Generate(), KeyMaintenance.Generate());
        var options = new NexusOptions { Database = database?.Url, DataFolder = nexus.Data, Keys = oldKey, Fallback = FallbackMode.Off };
        await using (var db = await NexusDb.OpenAsync(options)) await KeyRotationTests.FillAsync(db, sessions);
        nexus.Environment["DATABASE_URL"] = database?.Url;
        nexus.Environment["NEXUS_KEYS"] = $"{newKey},{oldKey}";

        // Killed when something, but not everything, is under the new key.
        var (newId, killed) = (KeyRing.Parse(newKey, null).PrimaryId, 0);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await using var process = nexus.Start("keys", "rotate");
            var atStart = await CountAsync();
            await Eventually.TrueAsync(async () => process.HasExited || await CountAsync() > atStart);
            if (!process.HasExited) killed++;
            await process.KillAsync();
        }
        Assert.True(killed > 0, "every attempt ended before it could be killed");

        var report = (await nexus.RunAsync("keys", "rotate", "--json")).Expect(0).Json;
        Assert.Equal((newId, 0L), (report.GetProperty("keyId").GetString(), report.GetProperty("unreadable").GetInt64()));
        nexus.Environment["NEXUS_KEYS"] = newKey;
        var verified = (await nexus.RunAsync("keys", "verify", "--json")).Expect(0).Json;
        Assert.Equal(((sessions * 2) + 4, 0), (verified.GetProperty("opened").GetInt32(), verified.GetProperty("unreadable").GetInt32()));
        Assert.Contains("open", (await nexus.RunAsync("keys", "verify")).Expect(0).Output, StringComparison.Ordinal);

        async Task<long> CountAsync()
        {
            var reader = new NexusOptions
            {
                Database = database?.Url,
                DataFolder = nexus.Data,
                Keys = $"{newKey},{oldKey}",
                Fallback = FallbackMode.Off
            };
            var list = await KeyMaintenance.ListAsync(reader, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
                TimeProvider.System, TestContext.Current.CancellationToken);
            return list.Keys.Single(key => key.Id == newId).Values;
        }
    }

    [Fact]
    public async Task A_missing_key_is_named_and_the_exit_code_is_1()
    {
        using var nexus = new NexusProgram();
        var (lost, given) = (KeyMaintenance.Generate(), KeyMaintenance.Generate());
        await using (var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = nexus.Data, Keys = lost })) await KeyRotationTests.FillAsync(db,
            3);
        nexus.Environment["NEXUS_KEYS"] = given;
        var lostId = KeyRing.Parse(lost, null).PrimaryId;
        Assert.Contains($"{lostId}", (await nexus.RunAsync("keys", "list")).Expect(1).Output, StringComparison.Ordinal);
        var verify = (await nexus.RunAsync("keys", "verify")).Expect(1);
        Assert.Contains($"nexus_meta/canary: NEXUS_KEYS: the database was sealed with key id {lostId}", verify.Error, StringComparison.Ordinal);
        Assert.Matches($"records: sealed with key id {lostId}, .*sessions/1/config/bybit_api_secret", verify.Error);
        Assert.DoesNotContain("nx1.", verify.Error, StringComparison.Ordinal);
        (await nexus.RunAsync("keys", "rotate")).Expect(1).ExpectOneLine(lostId);
    }
}
