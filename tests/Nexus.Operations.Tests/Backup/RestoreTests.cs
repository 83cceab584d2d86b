using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Json;
using Nexus.Operations.Backup;
using Nexus.Sessions;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Tests.Backup;

public sealed class RestoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_is_restored_into_a_new_and_into_an_empty_database(bool exists)
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: true);
        await home.Database!.ExecuteAsync($"ALTER DATABASE {home.Database.Name} SET search_path = \"$user\", public, \"odd, one\"");
        var report = await home.BackUpAsync();
        var name = $"nexus_test_{Guid.NewGuid():n}";
        await using var server = await ServerAsync(home);
        if (exists) await server.ExecuteAsync($"CREATE DATABASE {name}");
        var options = home.Options();
        options.Database = home.Database.Cluster.Url(name);
        try
        {
            var dry = await home.Manager(options).RestoreAsync(report.Name, new() { DryRun = true }, null, Token);
            Assert.Equal(exists ? "empty" : "nothing", dry.Found);
            Assert.Equal(exists ? 1L : 0L, await server.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname = '{name}'"));
            var restored = await home.Manager(options).RestoreAsync("latest", new(), null, Token);
            Assert.Equal((report.Rows, (string?)null), (restored.Rows, restored.Previous));
            Assert.Empty(restored.Notes);
            if (!exists)
            {
                Assert.Contains(
                    "search_path=\"$user\", public, \"odd, one\"", await server.ScalarAsync<string>("SELECT setconfig[1] FROM pg_db_role_setting s "
                        + $"JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = '{name}'"), StringComparison.Ordinal);
            }
            var nexus = home.Nexus();
            nexus.Database = options.Database;
            await using (var db = await NexusDb.OpenAsync(nexus)) Assert.Equal("key-of-3", (await db.Sessions.GetAsync(3, Token))!.ApiKey!.Reveal());

            // Now it is occupied.
            var refused = await Assert.ThrowsAsync<BackupException>(() => home.Manager(options).RestoreAsync("latest", new(), null, Token));
            Assert.Equal(BackupErrorKind.Refused, refused.Kind);
            Assert.Contains("--replace", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await server.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    [Fact]
    public async Task Replacing_keeps_the_earlier_state_and_a_restore_that_fails_changes_nothing()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var database = home.Database!;
        var report = await home.BackUpAsync();
        await database.ExecuteAsync("/* nexus */ DELETE FROM sessions; CREATE TABLE since (a int)");

        // A damaged copy is found before anything is swapped.
        var target = home.CopyTarget(report.Name);
        var file = Directory.GetFiles(Path.Combine(target, report.Name, "dump"), "*.gz").MaxBy(path => new FileInfo(path).Length)!;
        await using (var stream = File.OpenWrite(file)) stream.SetLength(stream.Length - 9);
        await Assert.ThrowsAsync<BackupException>(
            () => home.Manager(home.Options(target)).RestoreAsync("latest", new() { Replace = true }, null, Token));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM since"));
        Assert.Equal([], await BesideAsync());

        var restored = await home.Manager().RestoreAsync("latest", new() { Replace = true }, null, Token);
        await database.CloseConnectionsAsync();
        Assert.Equal(40L, await database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
        Assert.True(await database.ScalarAsync<bool>("SELECT to_regclass('since') IS NULL"));
        Assert.Equal([restored.Previous!], await BesideAsync());
        await using var server = await ServerAsync(home);
        Assert.True(await server.ScalarAsync<bool>($"SELECT datallowconn FROM pg_database WHERE datname = '{restored.Previous}'"));
        await server.ExecuteAsync($"DROP DATABASE {restored.Previous}");

        async Task<List<string>> BesideAsync()
        {
            await using var other = await ServerAsync(home);
            return await other.QueryAsync($"SELECT datname::text FROM pg_database WHERE datname LIKE '{database.Name[..30]}%\\_re%'");
        }
    }

    [Fact]
    public async Task A_second_restore_is_refused_and_what_a_killed_one_left_is_dropped()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: true);
        var name = home.Database!.Name;
        // A name of 63 bytes has room for so much of a long one.
        var copies = $"{name[..40]}_restore_";
        await home.BackUpAsync();
        await using var server = await ServerAsync(home);
        var (leftover, other, alike) = ($"{copies}20260131235959", $"{copies}of_mine", $"{copies}20260131235958");
        foreach (var database in new[] { leftover, other, alike }) await server.ExecuteAsync($"CREATE DATABASE {database}");
        await server.ExecuteAsync($"COMMENT ON DATABASE {leftover} IS '{MaintenanceDatabase.Incomplete}'");

        await using (var running = Npgsql.NpgsqlDataSource.Create(home.Database.Cluster.ConnectionString("postgres")))
        await using (var connection = await running.OpenConnectionAsync(Token))
        {
            await using var take = new Npgsql.NpgsqlCommand($"SELECT pg_advisory_lock(hashtextextended('nexus restore {copies}', 0))", connection);
            await take.ExecuteNonQueryAsync(Token);
            var refused = await Assert.ThrowsAsync<BackupException>(
                () => home.Manager().RestoreAsync("latest", new() { Replace = true }, null, Token));
            Assert.Equal((BackupErrorKind.Busy, true), (refused.Kind, refused.Message.Contains(name, StringComparison.Ordinal)));
        }
        // A dry run changes nothing, and so needs no lock.
        Assert.Empty((await home.Manager().RestoreAsync("latest", new() { Replace = true, DryRun = true }, null, Token)).Notes);
        Assert.Equal(2L, await server.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname IN ('{leftover}', '{other}')"));

        var restored = await home.Manager().RestoreAsync("latest", new() { Replace = true }, null, Token);
        Assert.Contains(restored.Notes, note => note.Contains(leftover, StringComparison.Ordinal));
        Assert.Equal([other], await server.QueryAsync($"SELECT datname::text FROM pg_database WHERE datname IN ('{leftover}', '{other}')"));
        await home.Database.CloseConnectionsAsync();
        // Somebody's own database of such a name stays, and the restored one does not look incomplete.
        Assert.Equal([alike], await server.QueryAsync($"SELECT datname::text FROM pg_database WHERE datname = '{alike}'"));
        Assert.True(await server.ScalarAsync<bool>(
            $"SELECT shobj_description(oid, 'pg_database') IS NULL FROM pg_database WHERE datname = '{name}'"));
        foreach (var database in new[] { restored.Previous, other, alike }) await server.ExecuteAsync($"DROP DATABASE {database}");
    }

    [Fact]
    public async Task Roles_that_are_missing_are_named()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var role = $"owner_{Guid.NewGuid():n}";
        await home.Database!.ExecuteAsync($"CREATE ROLE {role}; GRANT SELECT ON sessions TO {role}");
        await home.BackUpAsync();
        await home.Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        var options = home.Options();
        var name = $"nexus_test_{Guid.NewGuid():n}";
        options.Database = home.Database.Cluster.Url(name);
        var refused = await Assert.ThrowsAsync<BackupException>(() => home.Manager(options).RestoreAsync("latest", new(), null, Token));
        Assert.Contains($"lacks the roles {role}", refused.Message, StringComparison.Ordinal);
        await home.Manager(options).RestoreAsync("latest", new() { NoOwner = true }, null, Token);
        await using var server = await ServerAsync(home);
        await server.ExecuteAsync($"DROP DATABASE {name}");
    }

    [Fact]
    public async Task Single_tables_are_put_back_together_or_not_at_all()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var database = home.Database!;
        await home.BackUpAsync();
        var before = await ContentAsync();
        await database.ExecuteAsync("/* nexus */ DELETE FROM users; UPDATE sessions SET version = version + 5 WHERE chat_id = '2'; DROP TABLE "
            + "trades_2026_02");
        await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(replace: false, "users", "trades"));
        await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(replace: true, "users", "no_such_table"));
        // Follows from the trades.
        await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(replace: true, "users", "nexus_trade_marks"));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM users"));

        var report = await RestoreAsync(replace: true, "users", "trades");
        Assert.Equal(67, report.Rows);
        Assert.Equal(before, await ContentAsync());
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE version > 5"));
        await using var db = await NexusDb.OpenAsync(home.Nexus());
        await db.Users.SaveAsync(99, new UserChange { Days = 1 });

        Task<BackupRestoreReport> RestoreAsync(bool replace, params string[] tables) =>
            home.Manager().RestoreAsync("latest", new() { Replace = replace, Tables = tables }, null, Token);

        async Task<string> ContentAsync() => string.Join('\n', await database.QueryAsync<string>(
            "SELECT u::text FROM users u UNION ALL SELECT t::text FROM trades t ORDER BY 1"));
    }

    [Fact]
    public async Task The_embedded_store_is_restored_and_its_earlier_file_stays()
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: true);
        var report = await home.BackUpAsync();
        await using (var db = await NexusDb.OpenAsync(home.Nexus()))
        {
            await db.Sessions.DeleteAsync(3, cancellationToken: Token);
            await db.Sessions.SaveAsync(new Session(777, "later", null, StateJson.Parse("{}")), cancellationToken: Token);
            // The folder belongs to the open store.
            await Assert.ThrowsAnyAsync<Exception>(() => home.Manager().RestoreAsync("latest", new() { Replace = true }, null, Token));
        }
        await Assert.ThrowsAsync<BackupException>(() => home.Manager().RestoreAsync("latest", new(), null, Token));
        var restored = await home.Manager().RestoreAsync("latest", new() { Replace = true }, null, Token);
        await using (var db = await NexusDb.OpenAsync(home.Nexus()))
        {
            Assert.Equal("key-of-3", (await db.Sessions.GetAsync(3, Token))!.ApiKey!.Reveal());
            Assert.Null(await db.Sessions.GetAsync(777, Token));
        }
        File.Move(restored.Previous!, Path.Combine(home.Data, "nexus.db"), overwrite: true);
        foreach (var log in new[] { "-wal", "-shm" }) File.Delete(Path.Combine(home.Data, $"nexus.db{log}"));
        await using (var db = await NexusDb.OpenAsync(home.Nexus())) Assert.NotNull(await db.Sessions.GetAsync(777, Token));

        // Damage is a reason to restore, not one to refuse.
        await File.WriteAllBytesAsync(Path.Combine(home.Data, "nexus.db"), new byte[8192], Token);
        await File.WriteAllBytesAsync(Path.Combine(home.Data, "nexus.db-wal"), [1, 2, 3], Token);
        await home.Manager().RestoreAsync("latest", new() { Replace = true }, null, Token);
        await using (var db = await NexusDb.OpenAsync(home.Nexus())) Assert.NotNull(await db.Sessions.GetAsync(3, Token));

        var nexus = home.Nexus();
        nexus.DataFolder = home["elsewhere"];
        await home.Manager(nexus: nexus).RestoreAsync(report.Name, new(), null, Token);
        await using (var db = await NexusDb.OpenAsync(nexus)) Assert.NotNull(await db.Sessions.GetAsync(3, Token));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task One_chat_is_compared_first_and_then_restored_while_the_bot_runs(bool postgres, bool encrypted)
    {
        await using var home = await BackupHome.CreateAsync(postgres, encrypted);
        await using (var db = await NexusDb.OpenAsync(home.Nexus()))
        {
            await db.Sessions.SaveAsync(
                new Session(3, "key\\of\t3", "secret\nof 3", StateJson.Parse("""{"mode":"PILOT","note":"a\tb\\c","api_secret":"inner"}""")),
                    cancellationToken: Token);
        }
        await home.BackUpAsync();
        await using (var db = await NexusDb.OpenAsync(home.Nexus()))
        {
            await db.Sessions.SaveAsync(new Session(3, "stolen", null, StateJson.Parse("""{"mode":"WATCHER"}""")), cancellationToken: Token);
            await db.Users.SaveAsync(3, new UserChange { Role = UserRole.Admin });
            await db.Users.DeleteAsync(2, cancellationToken: Token);
        }
        var diff = await home.Manager().RestoreChatAsync("latest", 3, isApplied: false, false, Token);
        Assert.Equal(["changes session", "changes user"], diff.Changes.Select(change => $"{change.Effect} {change.Record}"));
        Assert.Equal(["api_key", "api_secret", "config.api_secret", "config.mode", "config.note"],
            diff.Changes[0].Fields.Order(StringComparer.Ordinal));
        Assert.Equal(["role: admin becomes user"], diff.Changes[1].Fields);
        Assert.Empty((await home.Manager().RestoreChatAsync("latest", 4, isApplied: false, false, Token)).Changes);

        Assert.Empty((await home.Manager().RestoreChatAsync("latest", 3, isApplied: true, false, Token)).Refused);
        Assert.Empty((await home.Manager().RestoreChatAsync("latest", 3, isApplied: false, false, Token)).Changes);
        Assert.Equal(["adds user"], (await home.Manager().RestoreChatAsync("latest", 2, isApplied: true, false, Token))
            .Changes.Select(change => $"{change.Effect} {change.Record}"));
        await using (var db = await NexusDb.OpenAsync(home.Nexus()))
        {
            var session = (await db.Sessions.GetAsync(3, Token))!;
            Assert.Equal(("key\\of\t3", "secret\nof 3"), (session.ApiKey!.Reveal(), session.ApiSecret!.Reveal()));
            Assert.Contains("a\\tb\\\\c", session.Config.Reveal().ToString(), StringComparison.Ordinal);
            Assert.True(session.Version >= 3);
            Assert.Equal(UserRole.User, (await db.Users.GetAsync(3, Token))!.Role);
            Assert.NotNull(await db.Users.GetAsync(2, Token));
        }
        var missing = await Assert.ThrowsAsync<BackupException>(() => home.Manager().RestoreChatAsync("latest", 123456789, false, false, Token));
        Assert.Equal(BackupErrorKind.NotFound, missing.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_trade_that_changed_since_the_backup_is_in_the_differences_and_stays(bool postgres)
    {
        await using var home = await BackupHome.CreateAsync(postgres, encrypted: false);
        var (id, other, entered) = (Guid.NewGuid(), Guid.NewGuid(), new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero));
        await using (var db = await NexusDb.OpenAsync(home.Nexus()))
        {
            await OpenAsync(db, id, entered);
            // One id at two entry times is two trades.
            await OpenAsync(db, other, entered);
            await OpenAsync(db, other, entered.AddHours(1));
        }
        await home.BackUpAsync();
        Assert.Empty((await home.Manager().RestoreChatAsync("latest", 7, isApplied: false, false, Token)).Changes);
        await using (var db = await NexusDb.OpenAsync(home.Nexus()))
        {
            await db.Trades.AddFillAsync(
                id, new TradeFill { OrderId = "o-1", Side = FillSide.Entry, Price = 90, Quantity = 1 }, cancellationToken: Token);
        }
        var diff = await home.Manager().RestoreChatAsync("latest", 7, isApplied: true, false, Token);
        var change = Assert.Single(diff.Changes);
        Assert.Equal(($"trade {id}", "keeps"), (change.Record, change.Effect));
        Assert.Contains("entry_price", change.Fields);
        Assert.Contains("fills: 1 now, 0 in the backup", change.Fields);

        static Task OpenAsync(NexusDb db, Guid trade, DateTimeOffset at) => db.Trades.OpenAsync(new Trade
        {
            Id = trade,
            ChatId = 7,
            Symbol = "BTCUSDT",
            Side = TradeSide.Long,
            EntryPrice = 100,
            Quantity = 1,
            EntryTimestamp = at,
        });
    }

    private static Task<ServerHandle> ServerAsync(BackupHome home) => ServerHandle.OpenAsync(home.Database!.Cluster);

    /// <summary>The maintenance database of the test's server.</summary>
    private sealed class ServerHandle(Npgsql.NpgsqlDataSource source) : IAsyncDisposable
    {
        public static Task<ServerHandle> OpenAsync(PostgresCluster cluster) =>
            Task.FromResult(new ServerHandle(Npgsql.NpgsqlDataSource.Create(cluster.ConnectionString() + ";Pooling=false")));

        public async Task ExecuteAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Token);
        }

        public async Task<T> ScalarAsync<T>(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return (T)(await command.ExecuteScalarAsync(Token))!;
        }

        public async Task<List<string>> QueryAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync(Token);
            var rows = new List<string>();
            while (await reader.ReadAsync(Token)) rows.Add(reader.GetString(0));
            return rows;
        }

        public ValueTask DisposeAsync() => source.DisposeAsync();
    }
}
