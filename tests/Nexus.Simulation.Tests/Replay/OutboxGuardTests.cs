using System.Text;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.StoreContract;

namespace Nexus.Simulation.Tests.Replay;

/// <summary>The file of the outbox may be changed by somebody without a key: what is not Nexus's is not sent to PostgreSQL.</summary>
public sealed class OutboxGuardTests : ReplayTest
{
    private readonly Sealer _sealer = new(KeyRing.Parse(KeyRing.GenerateKey(), null));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected override Sealer? Sealer => _sealer;

    [Theory]
    [InlineData("seq = 77")]
    [InlineData("record_table = 99")]
    [InlineData("record_table = 3")]
    [InlineData("record_id = '9'")]
    [InlineData("kind = 'delete_session'")]
    [InlineData("write_id = randomblob(16)")]
    [InlineData("spooled_at = spooled_at + 1")]
    [InlineData("base_version = 4")]
    [InlineData("base_write_id = randomblob(16)")]
    [InlineData("write_id = x'01'")]
    [InlineData("spooled_at = 9223372036854775807")]
    [InlineData("version = 9")]
    [InlineData("known_at = known_at + 1")]
    [InlineData("doubt = 'unsure'")]
    [InlineData("doubt = 'of nobody'")]
    [InlineData("doubt = '01937f1e-8a00-7000-8000-000000000001,'")]
    [InlineData("is_forced = 1")]
    [InlineData("body = '{\"api_key\":null,\"api_secret\":null,\"config\":{}}'")]
    [InlineData("authentic = NULL")]
    [InlineData("authentic = x'02'")]
    [InlineData("authentic = CAST(x'01' || substr(authentic, 2) AS BLOB)")]
    [InlineData("authentic = CAST(x'00' || substr(authentic, 2) AS BLOB)")]
    [InlineData("authentic = CAST(substr(authentic, 1, 1) || x'01020304' || substr(authentic, 6) AS BLOB)")]
    public async Task An_entry_that_was_altered_is_quarantined_and_cannot_be_put_back(string change)
    {
        await Kit.SpoolAsync(Save("1", 1), Save("2", 1));
        await Kit.ExecuteAsync($"UPDATE outbox SET {change} WHERE record_id = '1'");

        await Kit.ReplayAsync();

        Assert.Equal("-", await Kit.DescribeAsync("1"));
        Assert.Equal("1 {\"n\":1}", await Kit.DescribeAsync("2"));
        var write = Assert.Single(await Kit.QuarantinedAsync());
        Assert.Equal((OutboxSeal.Code, OutboxSeal.Reason), (write.Code, write.Reason));
        var refused = await Assert.ThrowsAsync<StoreRejectedException>(() => Kit.Administration.ReleaseAsync(write.Id, retry: true, Token));
        Assert.Equal(OutboxSeal.Code, refused.StoreCode);
        Assert.True(await Kit.Administration.ReleaseAsync(write.Id, retry: false, Token));
    }

    [Fact]
    public async Task An_entry_of_an_earlier_version_is_replayed_only_where_that_is_allowed()
    {
        await Kit.SpoolAsync(Save("1", 1), Save("2", 1));
        await Kit.ExecuteAsync("UPDATE outbox SET authentic = NULL WHERE record_id = '1'");
        await Kit.ExecuteAsync("DELETE FROM nexus_meta WHERE name = 'outbox_authentic'");
        await Kit.Outbox.AdoptAsync(Token);
        Assert.Equal([OutboxOrigin.Adopted, OutboxOrigin.Authentic], (await Kit.EntriesAsync()).Select(entry => entry.Origin));
        // Once: what appears later without a code is not adopted.
        await Kit.ExecuteAsync("UPDATE outbox SET authentic = NULL WHERE record_id = '2'");
        await Kit.Outbox.AdoptAsync(Token);
        Assert.Equal([OutboxOrigin.Adopted, OutboxOrigin.Unknown], (await Kit.EntriesAsync()).Select(entry => entry.Origin));

        Kit.Replayer.AcceptsAdopted = true;
        await Kit.ReplayAsync();

        Assert.Equal("1 {\"n\":1}", await Kit.DescribeAsync("1"));
        Assert.Equal("2", Assert.Single(await Kit.QuarantinedAsync()).RecordId);
        // One that was put back later is still of the earlier version.
        await Kit.SpoolAsync(Save("3", 1));
        await Kit.ExecuteAsync("UPDATE outbox SET authentic = NULL");
        await Kit.ExecuteAsync("DELETE FROM nexus_meta WHERE name = 'outbox_authentic'");
        await Kit.Outbox.AdoptAsync(Token);
        Kit.Replayer.AcceptsAdopted = false;
        await Kit.ReplayAsync();
        Assert.Equal("-", await Kit.DescribeAsync("3"));
        await Kit.Administration.ReleaseAsync((await Kit.QuarantinedAsync())[^1].Id, retry: true, Token);
        Assert.Equal(OutboxOrigin.Adopted, Assert.Single(await Kit.EntriesAsync()).Origin);
    }

    [Fact]
    public async Task Entries_of_a_former_key_are_authentic_as_long_as_the_ring_has_it_and_those_of_another_outbox_never()
    {
        await Kit.SpoolAsync(Save("1", 1));
        var entry = Assert.Single(await Kit.EntriesAsync());
        string former = KeyRing.GenerateKey(), fresh = KeyRing.GenerateKey();
        var code = new OutboxSeal(KeyRing.Parse(former, null), "box").Sign(entry);

        Assert.Equal(OutboxOrigin.Authentic, new OutboxSeal(KeyRing.Parse($"{fresh},{former}", null), "box").Verify(entry, code));
        Assert.Equal(OutboxOrigin.Unknown, new OutboxSeal(KeyRing.Parse(fresh, null), "box").Verify(entry, code));
        Assert.Equal(OutboxOrigin.Unknown, new OutboxSeal(KeyRing.Parse(former, null), "other").Verify(entry, code));
        Assert.Equal(OutboxOrigin.Unknown, new OutboxSeal(KeyRing.Parse(former, null), "box").Verify(entry, [.. code, 0]));
        Assert.Equal(code, new OutboxSeal(KeyRing.Parse($"{former},{fresh}", null), "box").Sign(entry));
        Assert.NotEqual(code, new OutboxSeal(KeyRing.Parse($"{fresh},{former}", null), "box").Sign(entry));
    }

    [Fact]
    public void Different_rows_are_covered_by_different_contents()
    {
        byte[][] contents =
        [
            OutboxContent.Of("a", "b"), OutboxContent.Of("ab"), OutboxContent.Of("ab", ""), OutboxContent.Of("", "ab"), OutboxContent.Of("ab", null),
            OutboxContent.Of(null, "ab"), OutboxContent.Of(1L), OutboxContent.Of(256L), OutboxContent.Of(true), OutboxContent.Of(false),
            OutboxContent.Of(Guid.Empty), OutboxContent.Of(new byte[] { 1, 2 }), OutboxContent.Of(),
        ];

        Assert.Equal(contents.Length, contents.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count());
        Assert.Throws<ArgumentException>(() => OutboxContent.Of(1));
        // Stored codes are of these bytes.
        Assert.Equal("0000000000000001" + "61" + "FFFFFFFFFFFFFFFF" + "0000000000000008" + "0000000000000100" + "0000000000000001" + "01",
            Convert.ToHexString(OutboxContent.Of("a", null, 256L, true)));
    }

    [Theory]
    [InlineData("spooled = '{\"config\":{}}'")]
    [InlineData("stored = '{\"config\":{}}'")]
    [InlineData("stored = NULL")]
    [InlineData("kept = 'spooled'")]
    [InlineData("stored_version = 1")]
    [InlineData("spooled_version = 1")]
    [InlineData("authentic = NULL")]
    public async Task A_conflict_that_was_altered_cannot_be_resolved_with_what_it_holds(string change)
    {
        await Kit.WriteAsync(Save("1", 0));
        await Kit.SpoolAsync(Save("1", 1));
        await Kit.ChangeAsync(Save("1", 5));
        await Kit.ReplayAsync();
        await Kit.ExecuteAsync($"UPDATE outbox_conflicts SET {change}");
        var conflict = Assert.Single(await Kit.ConflictsAsync());
        var other = conflict.Kept == ConflictWinner.Remote ? ConflictWinner.Local : ConflictWinner.Remote;

        var refused = await Assert.ThrowsAsync<StoreRejectedException>(() => Kit.Administration.ResolveAsync(conflict.Id, other, Token));

        Assert.Equal(OutboxSeal.Code, refused.StoreCode);
        Assert.Single(await Kit.ConflictsAsync());
        // It can be dropped.
        Assert.True(await Kit.Administration.ResolveAsync(conflict.Id, conflict.Kept, Token));
        Assert.Equal(0, Kit.Outbox.Pending);
    }

    [Theory]
    [InlineData("outbox_conflicts", "record_table = 99")]
    [InlineData("outbox_conflicts", "spooled_at = 9223372036854775807")]
    [InlineData("outbox_conflicts", "write_id = x'01'")]
    [InlineData("outbox_quarantine", "record_table = 99")]
    [InlineData("outbox_quarantine", "spooled_at = 9223372036854775807")]
    [InlineData("outbox_quarantine", "write_id = x'01'")]
    public async Task An_impossible_value_hides_no_other_row_and_can_be_dropped(string table, string change)
    {
        await Kit.WriteAsync(Save("1", 0), Save("2", 0));
        await Kit.SpoolAsync(Save("1", 1), Save("2", 1));
        if (table == "outbox_quarantine") await Kit.ExecuteAsync("UPDATE outbox SET authentic = NULL");
        await Kit.ChangeAsync(Save("1", 5), Save("2", 5));
        await Kit.ReplayAsync();
        await Kit.ExecuteAsync($"UPDATE {table} SET {change} WHERE record_id = '1'");

        var ids = table == "outbox_conflicts" ? (await Kit.ConflictsAsync()).Select(row => (row.Id, row.RecordId)).ToList()
            : (await Kit.QuarantinedAsync()).Select(row => (row.Id, row.RecordId)).ToList();
        Assert.Equal(["1", "2"], ids.Select(row => row.RecordId));
        Assert.Equal(0, await Kit.Administration.ForgetAsync("77", isPreview: false, Token));
        var id = ids[0].Id;
        if (table == "outbox_conflicts")
        {
            await Assert.ThrowsAsync<StoreRejectedException>(() => Kit.Administration.ResolveAsync(id, ConflictWinner.Local, Token));
            Assert.True(await Kit.Administration.ResolveAsync(id, ConflictWinner.Remote, Token));
        }
        else
        {
            await Assert.ThrowsAsync<StoreRejectedException>(() => Kit.Administration.ReleaseAsync(id, retry: true, Token));
            Assert.True(await Kit.Administration.ReleaseAsync(id, retry: false, Token));
        }
    }

    [Fact]
    public async Task What_is_not_sealed_for_its_place_is_not_replayed()
    {
        var check = new SpooledWriteCheck(_sealer);
        Kit.Replayer.FindFault = check.FindFault;
        string SealedFor(string row, string field) => _sealer.Seal(new SealContext("sessions", row, field), "the-secret");
        SaveSession Session(string chat, string? key, string config = "{}") =>
            new(chat, SealedField.Set(key), SealedField.Set(null), Encoding.UTF8.GetBytes(config), null);
        await Kit.SpoolAsync(
            Session("1", SealedFor("1", "api_key")),
            Session("2", "Kd83jsLq20ZmX7pQw4"),
            Session("3", SealedFor("1", "api_key")),
            Session("4", null, """{"api_key":"Kd83jsLq20ZmX7pQw4"}"""),
            Session("5", null, $$"""{"api_key":"{{SealedFor("4", "config/api_key")}}"}"""),
            Session("6", null, $$"""{"api_key":"{{SealedFor("6", "config/api_key")}}","mode":"PILOT"}"""));

        await Kit.ReplayAsync();

        var quarantined = await Kit.QuarantinedAsync();
        Assert.Equal(["2", "3", "4", "5"], quarantined.Select(write => write.RecordId));
        Assert.All(quarantined, write => Assert.Equal(SpooledWriteCheck.Code, write.Code));
        Assert.Contains("sessions/2/api_key", quarantined[0].Reason, StringComparison.Ordinal);
        Assert.Contains("sessions/4/config/api_key", quarantined[2].Reason, StringComparison.Ordinal);
        Assert.Equal(["1", "6"], (await Kit.Remote.GetSessionsAsync(["1", "2", "3", "4", "5", "6"], Token)).Select(row => row.ChatId).Order());
    }

    [Fact]
    public void The_first_fault_is_named_and_what_is_never_spooled_is_one()
    {
        var check = new SpooledWriteCheck(_sealer);
        Assert.Same(_sealer.Keys, check.Keys);

        Assert.Contains("cannot be changed through the outbox", check.FindFault(new ResealSession("1", null, null, Make.Utf8("{}"), 1)),
            StringComparison.Ordinal);
        Assert.Contains("sessions/1/api_key", check.FindFault(new SaveSession("1", SealedField.Set("plain-key"), SealedField.Set("plain-secret"),
            Make.Utf8("{}"), null)), StringComparison.Ordinal);
        Assert.Contains("sessions/1/config/token", check.FindFault(new SaveSession("1", SealedField.Set("plain-key"), SealedField.Set(null),
            Make.Utf8("""{"token":"plain-token-7"}"""), null)), StringComparison.Ordinal);
        Assert.Contains("is not JSON", check.FindFault(new PatchSessionConfig("1", Make.Utf8("{"), null)), StringComparison.Ordinal);
        Assert.Contains("users/1/enabled_groups/api_key", check.FindFault(Make.User("1", groups: """{"api_key":"Kd83jsLq20ZmX7pQw4"}""")),
            StringComparison.Ordinal);
        Assert.Null(check.FindFault(Make.User("1", groups: """{"CRYPTO":true}""")));
        Assert.Null(check.FindFault(new SaveSession("1", SealedField.Keep, SealedField.Set(null), Make.Utf8("{}"), null)));
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_quarantined_with_its_reason()
    {
        // Without a ring nothing is authenticated.
        await using var kit = await ReplayKit.CreateAsync();
        await kit.SpoolAsync(Save("1", 1), Save("2", 1), Save("3", 1));
        await kit.ExecuteAsync("UPDATE outbox SET doubt = 'of nobody' WHERE record_id IN ('1', '3')");
        await kit.ExecuteAsync("UPDATE outbox SET body = '{' WHERE record_id = '1'");
        await kit.ExecuteAsync("UPDATE outbox SET kind = 'of_tomorrow' WHERE record_id = '2'");

        await kit.ReplayAsync();

        Assert.All(await kit.QuarantinedAsync(), write => Assert.Equal("unreadable", write.Code));
        Assert.Equal(["1", "2"], (await kit.QuarantinedAsync()).Select(write => write.RecordId));
        Assert.Equal("1 {\"n\":1}", await kit.DescribeAsync("3"));
    }
}
