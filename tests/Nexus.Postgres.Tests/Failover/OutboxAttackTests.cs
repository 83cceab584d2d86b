using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Operations.ApiKeys;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.SystemConfig;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>
/// Nothing reaches PostgreSQL from the outbox as a secret or as an API key that is not sealed for its place, not even from a row that is authentic.
/// Who may write rows at all: <see cref="OutboxOriginTests"/>.
/// </summary>
public sealed class OutboxAttackTests
{
    private const string Mine = "Th3AttackersOwnKey";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Planted_and_altered_writes_are_quarantined_and_what_was_spooled_beside_them_is_replayed()
    {
        await using var home = await FallbackHome.CreateAsync();
        byte[] foreign, record, index;
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions()))
        {
            await db.Sessions.SaveAsync(new Session(1, "key-1", "secret-1", StateJson.EmptyObject));
            await db.Sessions.SaveAsync(new Session(2, "key-2", null, StateJson.EmptyObject));
            foreign = Encoding.UTF8.GetBytes((await db.Store.GetSessionsAsync(["1"], Token))[0].ApiKey!);
            var vault = new ApiKeyVault(db.Store, db.Sealer);
            await vault.AddAsync((generation, now) => new ApiKeyRecord("0123456789ab", "0123456789ab" + new string('0', 52), ["admin"], "x", now,
                generation), null, Token);
            record = (await db.Store.GetSystemConfigAsync("nexus:caller:0123456789ab", Token))!.Value.ToArray();
            index = (await db.Store.GetSystemConfigAsync("nexus:api-keys", Token))!.Value.ToArray();
            Assert.True(await vault.RemoveAsync("0123456789ab", Token));
            Assert.True(await ((FailoverStore)db.Store).FollowAsync(Token));
            home.GoAway();
            Assert.True((await db.Sessions.SaveAsync(new Session(3, "key-3", "secret-3", StateJson.EmptyObject))).IsSpooled);
            await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                vault.AddAsync((generation, now) => new ApiKeyRecord("aaaaaaaaaaaa", new string('a', 64), ["bot"], "x", now, generation), null,
                    Token));
        }
        Write[] planted =
        [
            new SaveSession("1", SealedField.Set(Mine), SealedField.Keep, "{}"u8.ToArray(), null),
            new SaveSession("2", SealedField.Keep, SealedField.Set(Encoding.UTF8.GetString(foreign)), "{}"u8.ToArray(), null),
            new PatchSessionConfig("2", Encoding.UTF8.GetBytes($$"""{"okx":{"api_secret":"{{Mine}}"} }"""), null),
            new SaveSession("4", SealedField.Set(null), SealedField.Set(null), Encoding.UTF8.GetBytes(
                $$"""{"api_key":"{{Encoding.UTF8.GetString(foreign)}}"}"""), null),
            new SetSystemConfig("nexus:caller:0123456789ab", record, null, null),
            new SetSystemConfig("nexus:api-keys", index, null, null),
            new SetSystemConfig("nexus:caller:ffffffffffff", Encoding.UTF8.GetBytes(
                $$"""{"Name":"x","Scopes":["admin"],"SecretHash":"{{Mine}}","CreatedAt":"2026-01-01T00:00:00Z"}"""), null, null),
            new SetSystemConfig("exchange_token", Encoding.UTF8.GetBytes($"\"{Mine}\""), null, null),
            new Nexus.BotState.ChangeBotState(null, Encoding.UTF8.GetBytes($$"""{"hook_secret":"{{Mine}}"}"""), null, null, Replace: false, null),
            new Nexus.Trades.OpenTrade(Make.Trade("1") with { Metadata = Encoding.UTF8.GetBytes($$"""{"api_secret":"{{Mine}}"}""") }),
        ];
        await PlantAsync(home, planted);

        home.ComeBack();
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions()))
        {
            await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });
            var quarantined = await db.Outbox!.ListQuarantinedAsync(cancellationToken: Token);
            Assert.Equal(planted.Length, quarantined.Count);
            Assert.All(quarantined, write => Assert.Equal("not_sealed", write.Code));
            Assert.All(quarantined, write => Assert.DoesNotContain(Mine, write.Reason, StringComparison.Ordinal));
            // If an operator retries it, it returns to the quarantine.
            Assert.True(await db.Outbox.RetryAsync(quarantined[0].Id, Token));
            await Eventually.TrueAsync(async () => db.Fallback is { Pending: 0 } && (await db.Outbox.ListQuarantinedAsync(cancellationToken: Token))
                .Count == planted.Length);
            Assert.Equal(("key-1", "secret-1"), ((await db.Sessions.GetAsync(1))!.ApiKey!.Reveal(),
                (await db.Sessions.GetAsync(1))!.ApiSecret!.Reveal()));
            Assert.Equal(("key-2", null), ((await db.Sessions.GetAsync(2))!.ApiKey!.Reveal(), (await db.Sessions.GetAsync(2))!.ApiSecret));
            Assert.Equal("secret-3", (await db.Sessions.GetAsync(3))!.ApiSecret!.Reveal());
            Assert.Null(await db.Sessions.GetAsync(4));
            Assert.Empty((await new ApiKeyVault(db.Store, db.Sealer).ReadAsync(Token)).Keys);
        }
        Assert.DoesNotContain(Mine, await home.Database.DumpAsync(), StringComparison.Ordinal);
    }

    /// <summary>
    /// A key may leak while PostgreSQL is unavailable: its record goes at once, the index follows, and the record cannot be put back.
    /// </summary>
    [Fact]
    public async Task A_key_that_was_removed_during_an_outage_stays_removed()
    {
        await using var home = await FallbackHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions());
        var vault = new ApiKeyVault(db.Store, db.Sealer);
        await vault.AddAsync((generation, now) => new ApiKeyRecord("0123456789ab", "0123456789ab" + new string('0', 52), ["bot"], "x", now,
            generation), null, Token);
        var record = (await db.Store.GetSystemConfigAsync("nexus:caller:0123456789ab", Token))!;
        Assert.True(await ((FailoverStore)db.Store).FollowAsync(Token));
        home.GoAway();
        Assert.True(await vault.RemoveRecordAsync("0123456789ab", Token));
        Assert.Empty((await vault.ReadAsync(Token)).Keys);
        home.ComeBack();
        await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });
        await vault.PruneAsync(Token);
        await db.Store.ApplyAsync([new SetSystemConfig(record.Key, record.Value, null, null)], atomic: false, Token);
        var set = await vault.ReadAsync(Token);
        Assert.Empty(set.Keys);
        Assert.Equal("nexus:caller:0123456789ab", Assert.Single(set.Faults).Setting);
    }

    private static async Task PlantAsync(FallbackHome home, Write[] writes)
    {
        await using var local = new SqliteStore(home.Folder, TimeProvider.System, NullLoggerFactory.Instance, fileName: FailoverStore.FileName);
        await local.OpenAsync(Token);
        var seal = new OutboxSeal(KeyRing.Parse(home.CreateOptions().Keys, null), (await local.GetMetaAsync("outbox_id", Token))!);
        await local.TransactAsync(
            transaction =>
            {
                foreach (var write in writes)
                    Outbox.Append(transaction, write, WriteOutcome.Applied(9, DateTimeOffset.UtcNow), (0, Guid.Empty), DateTimeOffset.UtcNow,
                        doubt: null, seal);
                return true;
            },
            writes.Length,
            Token);
    }
}
