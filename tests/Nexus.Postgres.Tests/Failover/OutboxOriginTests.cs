using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>
/// An attacker can write to the outbox file but has no encryption key: rows that they add, alter, move or repeat are not replayed.
/// </summary>
public sealed class OutboxOriginTests
{
    private const string All =
        "seq, record_table, record_id, kind, write_id, spooled_at, base_version, base_write_id, version, known_at, doubt, is_forced, body, authentic";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Chats 1 and 2 are in the outbox as subscribers whose time has ended; 2 is always left alone.</summary>
    [Theory]
    [InlineData("UPDATE outbox SET body = replace(body, '\"role\":\"user\"', '\"role\":\"admin\"') WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET body = replace(body, '\"expiry\":\"At\"', '\"expiry\":\"Never\"') WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET record_id = '9' WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET record_table = 0, kind = 'delete_session' WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET write_id = randomblob(16) WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET is_forced = 1 WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET known_at = known_at + 1 WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET spooled_at = spooled_at + 1 WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET base_version = 5 WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET base_write_id = randomblob(16) WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET version = 900 WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET doubt = 'unsure' WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET seq = 1000 WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET authentic = NULL WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET authentic = zeroblob(37) WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET authentic = unhex('01' || substr(hex(authentic), 3)) WHERE record_id = '1'")]
    [InlineData("UPDATE outbox SET authentic = (SELECT authentic FROM outbox WHERE record_id = '2') WHERE record_id = '1'")]
    public async Task An_altered_row_is_quarantined_and_its_neighbour_is_replayed(string attack)
    {
        await using var home = await SpooledAsync();
        await RunAsync(home, attack);

        home.ComeBack();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions());
        await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });

        Assert.Equal(OutboxSeal.Code, Assert.Single(await db.Outbox!.ListQuarantinedAsync(cancellationToken: Token)).Code);
        Assert.Equal(["2"], await home.Database.QueryAsync<string>("SELECT chat_id FROM users ORDER BY 1"));
    }

    [Fact]
    public async Task Rows_that_were_planted_or_repeated_are_quarantined_and_cannot_be_put_back()
    {
        await using var home = await SpooledAsync();
        await RunAsync(home, $"INSERT INTO outbox ({All}) SELECT seq + 100, {All["seq, ".Length..]} FROM outbox WHERE record_id = '2'");
        await RunAsync(home, """
            INSERT INTO outbox (record_table, record_id, kind, write_id, spooled_at, base_version, version, known_at, body)
            SELECT record_table, '666', kind, randomblob(16), spooled_at, 0, 1, known_at, replace(body, '"role":"user"', '"role":"admin"') FROM outbox
                WHERE record_id = '2' LIMIT 1
            """);
        // An operator is meant to take these for ones that Nexus has set aside.
        await RunAsync(home, """
            INSERT INTO outbox_quarantine (seq, record_table, record_id, kind, write_id, spooled_at, found_at, code, reason, version, body)
            SELECT 900, record_table, '667', kind, randomblob(16), spooled_at, spooled_at, 'rejected', 'a constraint does not hold', 1, body
                FROM outbox WHERE record_id = '2' LIMIT 1
            """);
        await RunAsync(home, """
            INSERT INTO outbox_conflicts (seq, record_table, record_id, kind, write_id, spooled_at, found_at, kept, reason, spooled_version, spooled,
                stored_version)
            SELECT 901, record_table, '668', kind, randomblob(16), spooled_at, spooled_at, 'stored', 'x', 1, body, 1 FROM outbox WHERE record_id = '2'
                LIMIT 1
            """);

        home.ComeBack();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions());
        await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });

        var quarantined = await db.Outbox!.ListQuarantinedAsync(cancellationToken: Token);
        Assert.Equal(3, quarantined.Count);
        foreach (var write in quarantined)
            Assert.Equal(OutboxSeal.Code, (await Assert.ThrowsAsync<StoreRejectedException>(() => db.Outbox.RetryAsync(write.Id, Token))).StoreCode);
        var conflict = Assert.Single(await db.Outbox.ListConflictsAsync(cancellationToken: Token));
        await Assert.ThrowsAsync<StoreRejectedException>(() => db.Outbox.ResolveAsync(conflict.Id, ConflictWinner.Local, Token));
        Assert.True(await db.Outbox.ResolveAsync(conflict.Id, ConflictWinner.Remote, Token));
        foreach (var write in quarantined) Assert.True(await db.Outbox.DiscardAsync(write.Id, Token));
        Assert.Equal(["1", "2"], await home.Database.QueryAsync<string>("SELECT chat_id FROM users ORDER BY 1"));
        Assert.Equal(["user"], await home.Database.QueryAsync<string>("SELECT DISTINCT role FROM users"));
    }

    [Fact]
    public async Task A_row_that_was_replayed_cannot_be_replayed_again()
    {
        await using var home = await SpooledAsync();
        await RunAsync(home, $"CREATE TABLE kept AS SELECT {All} FROM outbox");
        home.ComeBack();
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions()))
        {
            await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });
            Assert.True(await db.Users.DeleteAsync(1, cancellationToken: Token) is { Existed: true, IsSpooled: false });
        }
        await RunAsync(home, $"INSERT INTO outbox ({All}) SELECT {All} FROM kept");

        await using (var db = await NexusDb.OpenAsync(home.CreateOptions()))
        {
            await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });
            Assert.Null(await db.Users.GetAsync(1));
        }
    }

    [Fact]
    public async Task An_operator_s_decision_about_what_Nexus_set_aside_is_carried_out_and_an_altered_one_is_not()
    {
        await using var home = await SpooledAsync();
        await home.Database.ExecuteAsync("ALTER TABLE users ADD CONSTRAINT closed CHECK (name <> 'Ana')");
        home.ComeBack();
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions()))
        {
            await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0, Quarantined: 2 });
        }
        await home.Database.ExecuteAsync("ALTER TABLE users DROP CONSTRAINT closed");
        await RunAsync(home, "UPDATE outbox_quarantine SET body = replace(body, '\"role\":\"user\"', '\"role\":\"admin\"') WHERE record_id = '1'");

        await using (var db = await NexusDb.OpenAsync(home.CreateOptions()))
        {
            var writes = await db.Outbox!.ListQuarantinedAsync(cancellationToken: Token);
            await Assert.ThrowsAsync<StoreRejectedException>(() => db.Outbox.RetryAsync(writes.Single(write => write.RecordId == "1").Id, Token));
            Assert.True(await db.Outbox.RetryAsync(writes.Single(write => write.RecordId == "2").Id, Token));
            await Eventually.TrueAsync(async () => await db.Users.GetAsync(2, Token) is not null);
            Assert.Null(await db.Users.GetAsync(1, Token));
        }
    }

    /// <summary>A file of an earlier version is taken over once, and only where the database was made by one too.</summary>
    [Theory]
    [InlineData(true, 2, 0)]
    [InlineData(false, 0, 2)]
    public async Task Rows_of_an_earlier_version_are_replayed_where_the_database_is_of_one_too(bool isOld, int stored, int quarantined)
    {
        await using var home = await SpooledAsync();
        await RunAsync(home, "UPDATE outbox SET authentic = NULL");
        await RunAsync(home, "DELETE FROM nexus_meta WHERE name = 'outbox_authentic'");
        var options = home.CreateOptions();
        var sealer = new Sealer(KeyRing.Parse(options.Keys, null));
        if (isOld)
            await home.Database.ExecuteAsync("UPDATE nexus_meta SET value = "
                + $"'{KeyCanary.Create(sealer, SealFeatures.WholeApiKeys | SealFeatures.BoundTrades)}' WHERE name = 'canary'");

        home.ComeBack();
        await using (var db = await NexusDb.OpenAsync(options))
        {
            await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });
            Assert.Equal((stored, quarantined), ((int)await home.Database.ScalarAsync<long>("SELECT count(*) FROM users"),
                (int)db.Fallback!.Quarantined));
        }
        // From now on a row without a code is not taken over.
        await RunAsync(home, """
            INSERT INTO outbox (record_table, record_id, kind, write_id, spooled_at, base_version, version, known_at, body)
            VALUES (1, '666', 'save_user', randomblob(16), 1, 0, 1, 1, '{"role":"admin","expiry":"Never","days":0}')
            """);
        await using (var db = await NexusDb.OpenAsync(options))
        {
            await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });
            Assert.Equal(quarantined + 1, (int)db.Fallback!.Quarantined);
        }
    }

    [Fact]
    public async Task A_folder_that_is_put_back_keeps_its_authentic_rows()
    {
        await using var home = await SpooledAsync();
        // PostgreSQL has noted a place that this copy of the folder has not reached yet.
        var id = await QueryTextAsync(home, "SELECT value FROM nexus_meta WHERE name = 'outbox_id'");
        await home.Database.ExecuteAsync($"INSERT INTO nexus_meta (name, value) VALUES ('outbox/{id}', '5000')");
        await RunAsync(home, "UPDATE outbox SET authentic = NULL WHERE record_id = '1'");

        home.ComeBack();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions());
        await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });

        Assert.Equal(["2"], await home.Database.QueryAsync<string>("SELECT chat_id FROM users"));
        Assert.Equal(1, db.Fallback!.Quarantined);
    }

    private static async Task<FallbackHome> SpooledAsync()
    {
        var home = await FallbackHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions());
        Assert.True(await ((FailoverStore)db.Store).FollowAsync(Token));
        home.GoAway();
        foreach (var chat in new[] { 1, 2 })
        {
            Assert.True((await db.Users.SaveAsync(
                chat, new UserChange { Name = "Ana", Role = UserRole.User, ExpiresAt = Make.Noon }, cancellationToken: Token)).IsSpooled);
        }
        return home;
    }

    private static Task RunAsync(FallbackHome home, string sql) => OnFileAsync(home, connection =>
    {
        connection.ExecuteScript(sql);
        return true;
    });

    private static Task<string?> QueryTextAsync(FallbackHome home, string sql) => OnFileAsync(home, connection => connection.ReadText(sql));

    private static async Task<T> OnFileAsync<T>(FallbackHome home, Func<SqliteSession, T> run)
    {
        await using var local = new SqliteStore(home.Folder, TimeProvider.System, NullLoggerFactory.Instance, fileName: FailoverStore.FileName);
        await local.OpenAsync(Token);
        return await local.TransactAsync(transaction => run(transaction.Connection), writes: 1, Token);
    }
}
