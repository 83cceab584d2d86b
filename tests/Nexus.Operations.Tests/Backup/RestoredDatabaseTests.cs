using Nexus.Operations.Backup;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Operations.Tests.Backup;

/// <summary>What a restored database is beside its contents: its name, its owner, its settings, and who may use it.</summary>
public sealed class RestoredDatabaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A server that starts, or a restore that is killed in the middle, must not take a part of the state for the state.</summary>
    [Fact]
    public async Task A_new_database_has_its_name_only_when_it_is_whole()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        await home.BackUpAsync();
        var cluster = home.Database!.Cluster;
        var name = NewName();
        var (options, seen) = (home.Options(), home["seen"]);
        options.Database = cluster.Url(name);
        options.Programs = home["looking"];
        Directory.CreateDirectory(home["looking"]);
        File.WriteAllText(
            home["looking/pg_restore"],
            $"#!/bin/sh\n'{cluster.Binaries["pg_restore"]}' \"$@\" || exit\n[ \"$1\" = --version ] || [ \"$1\" = --list ] || "
                + $"PGDATABASE=postgres '{cluster.Binaries["psql"]}' -XAtc \"SELECT datname FROM pg_database WHERE datname LIKE '{name}%'\" "
                + $">'{seen}'\n");
        File.SetUnixFileMode(home["looking/pg_restore"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            await home.Manager(options).RestoreAsync("latest", new(), null, Token);
            Assert.StartsWith($"{name}_restore_", Assert.Single(await File.ReadAllLinesAsync(seen, Token)), StringComparison.Ordinal);
            Assert.Equal([name], await home.Database.QueryAsync<string>($"SELECT datname::text FROM pg_database WHERE datname LIKE '{name}%'"));
            Assert.True(await home.Database.ScalarAsync<bool>(
                $"SELECT shobj_description(oid, 'pg_database') IS NULL FROM pg_database WHERE datname = '{name}'"));
        }
        finally
        {
            await home.Database.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    /// <summary>A lock-out would stay if the restore or the server ended in the middle of the swap.</summary>
    [Fact]
    public async Task Clients_that_keep_coming_back_do_not_hinder_the_swap_and_nobody_is_ever_locked_out()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var database = home.Database!;
        await home.BackUpAsync();
        await database.CloseConnectionsAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var server = NpgsqlDataSource.Create(database.Cluster.ConnectionString() + ";Pooling=false");
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(() => ComeBackAsync(database, stop.Token))).ToArray();
        var watching = Task.Run(() => WatchAsync(server, database.Name, stop.Token));

        var restored = await home.Manager().RestoreAsync("latest", new() { Replace = true }, null, Token);
        await stop.CancelAsync();
        Assert.True((await Task.WhenAll(clients)).Sum() > 0);
        Assert.Equal(0, await watching);
        Assert.NotNull(restored.Previous);
        await using var drop = server.CreateCommand($"DROP DATABASE {restored.Previous} WITH (FORCE)");
        await drop.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Tried out in the session that sets them, some settings would refuse the next one, and the owner.</summary>
    [Fact]
    public async Task Settings_that_hinder_a_session_are_restored_with_all_that_follow()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var role = $"limited_{Guid.NewGuid():n}";
        var database = home.Database!;
        await database.ExecuteAsync($"CREATE ROLE {role}; GRANT {role} TO CURRENT_USER");
        foreach (var setting in new[]
        {
            "default_transaction_read_only = on", $"role = {role}", "search_path = \"$user\", \"odd, one\"", "statement_timeout = 1",
            "work_mem = '6MB'", "nexus_test.note = 'it''s \\ one'", "temp_tablespaces = ''",
        }) await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET {setting}");
        await database.ExecuteAsync($"ALTER ROLE {role} IN DATABASE {database.Name} SET default_transaction_read_only = on");
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} OWNER TO {role}");
        var name = NewName();
        await database.CloseConnectionsAsync();
        await using var server = NpgsqlDataSource.Create(database.Cluster.ConnectionString() + ";Pooling=false");
        try
        {
            await home.BackUpAsync();
            var options = home.Options();
            options.Database = database.Cluster.Url(name);
            Assert.Empty((await home.Manager(options).RestoreAsync("latest", new(), null, Token)).Notes);
            Assert.Equal(await PropertiesAsync(server, database.Name), await PropertiesAsync(server, name));
        }
        finally
        {
            await RunAsync(server, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            await RunAsync(server, $"ALTER DATABASE {database.Name} OWNER TO postgres");
            await RunAsync(server, $"ALTER DATABASE {database.Name} RESET ALL");
            await RunAsync(server, $"ALTER ROLE {role} IN DATABASE {database.Name} RESET ALL");
            await RunAsync(server, $"DROP ROLE {role}");
        }
    }

    /// <summary>By PostgreSQL's defaults everybody may connect to a new database.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_could_not_connect_cannot_connect_to_the_restored_database_either(bool withoutOwner)
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var (role, name, database) = ($"bot_{Guid.NewGuid():n}", NewName(), home.Database!);
        await database.ExecuteAsync($"CREATE ROLE {role}");
        await database.ExecuteAsync($"REVOKE ALL ON DATABASE {database.Name} FROM PUBLIC");
        await database.ExecuteAsync($"GRANT CONNECT ON DATABASE {database.Name} TO {role} WITH GRANT OPTION");
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} CONNECTION LIMIT 37");
        try
        {
            await home.BackUpAsync();
            var options = home.Options();
            options.Database = database.Cluster.Url(name);
            Assert.Empty((await home.Manager(options).RestoreAsync("latest", new() { NoOwner = withoutOwner }, null, Token)).Notes);
            Assert.Equal(
                (false, !withoutOwner, 37), (await MayConnectAsync("public"), await MayConnectAsync(role),
                    await database.ScalarAsync<int>($"SELECT datconnlimit FROM pg_database WHERE datname = '{name}'")));
            // A role that has a privilege on the database alone is one that the restore needs.
            await RunAsync(database.DataSource, $"DROP DATABASE {name}");
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
            var error = await Assert.ThrowsAsync<BackupException>(() => home.Manager(options).RestoreAsync("latest", new(), null, Token));
            Assert.Contains($"lacks the roles {role}", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await database.ExecuteAsync($"DROP DATABASE IF EXISTS {name}");
            await database.ExecuteAsync($"DROP ROLE IF EXISTS {role}");
        }

        Task<bool> MayConnectAsync(string who) => database.ScalarAsync<bool>($"SELECT has_database_privilege('{who}', '{name}', 'CONNECT')");
    }

    [Fact]
    public async Task What_a_restore_leaves_out_is_in_its_notes()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var (name, database) = (NewName(), home.Database!);
        await database.ExecuteAsync("CREATE PUBLICATION of_all FOR ALL TABLES");
        await database.ExecuteAsync("CREATE PUBLICATION of_one FOR TABLE users; CREATE TABLE \"PUBLICATION - x\" (a int)");
        await database.ExecuteAsync("CREATE SUBSCRIPTION later CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)");
        try
        {
            await home.BackUpAsync();
            var options = home.Options();
            options.Database = database.Cluster.Url(name);
            var notes = (await home.Manager(options).RestoreAsync("latest", new(), null, Token)).Notes;
            Assert.StartsWith("3 publications or subscriptions", Assert.Single(notes), StringComparison.Ordinal);
        }
        finally
        {
            await database.ExecuteAsync("DROP SUBSCRIPTION later");
            await database.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    [Fact]
    public async Task A_table_that_others_refer_to_and_what_is_no_table_are_refused_by_name()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var database = home.Database!;
        await database.ExecuteAsync("""
            CREATE TABLE of_others (chat varchar(50) REFERENCES users (chat_id)); INSERT INTO of_others SELECT chat_id FROM users LIMIT 1;
            CREATE VIEW seen AS SELECT 1 AS a
            """);
        await home.BackUpAsync();
        foreach (var (table, part) in new[] { ("users", "rows of public.of_others refer"), ("seen", "public.seen of the database is no table") })
        {
            var error = await Assert.ThrowsAsync<BackupException>(
                () => home.Manager().RestoreAsync("latest", new() { Replace = true, Tables = [table] }, null, Token));
            Assert.Equal(BackupErrorKind.Refused, error.Kind);
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
        var report = await home.Manager().RestoreAsync("latest", new() { Replace = true, Tables = ["of_others", "of_others"] }, null, Token);
        Assert.Equal((1, 1L), (report.Tables, report.Rows));
    }

    [Fact]
    public async Task The_locale_of_ICU_is_that_of_the_backed_up_database()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var (source, name, database) = (NewName(), NewName(), home.Database!);
        if (await database.ScalarAsync<int>("SELECT current_setting('server_version_num')::int") < 150000)
            Assert.Skip("the server has no databases of ICU");
        await database.ExecuteAsync(
            $"CREATE DATABASE {source} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-AT' ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
        try
        {
            var nexus = home.Nexus();
            nexus.Database = database.Cluster.Url(source);
            await using (var db = await NexusDb.OpenAsync(nexus)) await BackupHome.FillAsync(db, 3);
            nexus = home.Nexus();
            nexus.Database = database.Cluster.Url(source);
            var report = await home.Manager(nexus: nexus).CreateAsync(null, Token);
            var options = home.Options();
            options.Database = database.Cluster.Url(name);
            Assert.Empty((await home.Manager(options).RestoreAsync(report.Name, new(), null, Token)).Notes);
            Assert.Equal("i de-AT", await database.ScalarAsync<string>(
                "SELECT concat(p ->> 'datlocprovider', ' ', coalesce(p ->> 'datlocale', p ->> 'daticulocale')) "
                    + $"FROM (SELECT to_jsonb(d) p FROM pg_database d WHERE datname = '{name}') d"));
        }
        finally
        {
            await database.ExecuteAsync($"DROP DATABASE IF EXISTS {source} WITH (FORCE)");
            await database.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    /// <summary>Otherwise they would be missed at the end of the restore, which a dry run does not reach.</summary>
    [Fact]
    public async Task Rights_that_the_end_of_a_restore_needs_are_checked_before_it_begins()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var (role, database) = ($"restorer_{Guid.NewGuid():n}", home.Database!);
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN");
        try
        {
            await home.BackUpAsync();
            await RefusedAsync(NewName(), new(), "CREATEDB");
            await RefusedAsync(database.Name, new() { Replace = true }, "CREATEDB");
            await database.ExecuteAsync($"ALTER ROLE {role} CREATEDB");
            await RefusedAsync(database.Name, new() { Replace = true }, $"{database.Name} belongs to the role postgres");
        }
        finally
        {
            await database.ExecuteAsync($"DROP ROLE {role}");
        }

        async Task RefusedAsync(string name, RestoreOptions restore, string part)
        {
            var options = home.Options();
            options.Database = database.Cluster.Url(name, user: role);
            foreach (var dryRun in new[] { true, false })
            {
                var error = await Assert.ThrowsAsync<BackupException>(
                    () => home.Manager(options).RestoreAsync("latest", restore with { DryRun = dryRun, NoOwner = true }, null, Token));
                Assert.Equal(BackupErrorKind.Refused, error.Kind);
                Assert.Contains(part, error.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Some providers' servers have no database <c>postgres</c>.</summary>
    [Fact]
    public async Task A_server_without_the_database_postgres_is_restored_to()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        await home.BackUpAsync();
        await using (var source = NpgsqlDataSource.Create(cluster.ConnectionString("template1") + ";Pooling=false"))
            await RunAsync(source, "DROP DATABASE postgres");
        var options = home.Options();
        options.Database = cluster.Url("restored");
        var restored = await home.Manager(options).RestoreAsync("latest", new(), null, Token);
        Assert.Equal("restored", restored.Target);
    }

    [Theory]
    [InlineData("it's \"a\" %41 = b\\c -d; ü 日本")]
    [InlineData("--host=elsewhere dbname=other")]
    [InlineData("postgresql://elsewhere/other?host=x")]
    public async Task A_database_of_any_name_is_backed_up_proven_and_restored(string odd)
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: true, sessions: 1);
        var cluster = await PostgresCluster.SharedAsync();
        var name = $"{odd} {Guid.NewGuid().ToString("n")[..6]}";
        await using var server = NpgsqlDataSource.Create(cluster.ConnectionString() + ";Pooling=false");
        var quoted = $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        await RunAsync(server, $"CREATE DATABASE {quoted}");
        var previous = new List<string>();
        try
        {
            var nexus = Nexus();
            await using (var db = await NexusDb.OpenAsync(nexus)) await BackupHome.FillAsync(db, 3);
            var report = await home.Manager(nexus: Nexus()).CreateAsync(null, Token);
            Assert.Empty(report.Notes);
            var (_, proof) = await home.Manager(nexus: Nexus()).VerifyAsync(report.Name, new(), null, Token);
            Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
            var restored = await home.Manager(nexus: Nexus()).RestoreAsync(report.Name, new() { Replace = true }, null, Token);
            previous.Add(restored.Previous!);
            Assert.Equal(name, restored.Target);
            await using var reopened = await NexusDb.OpenAsync(Nexus());
            Assert.NotNull(await reopened.Sessions.GetAsync(3, Token));
        }
        finally
        {
            foreach (var database in previous.Append(name))
                await RunAsync(server, $"DROP DATABASE IF EXISTS \"{database.Replace("\"", "\"\"", StringComparison.Ordinal)}\" WITH (FORCE)");
        }

        NexusOptions Nexus()
        {
            var nexus = home.Nexus();
            nexus.Database = new NpgsqlConnectionStringBuilder(cluster.ConnectionString()) { Database = name }.ConnectionString;
            return nexus;
        }
    }

    [Fact]
    public void The_name_of_a_copy_has_63_bytes_at_most_and_no_half_character()
    {
        for (var ascii = 0; ascii < 5; ascii++)
        {
            var prefix = PostgresRestore.BesidePrefix(new string('x', ascii) + string.Concat(Enumerable.Repeat("\U0001F4B0", 15)), "restore");
            Assert.InRange(new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(prefix), 40, 63 - 14);
        }
    }

    private static string NewName() => $"nexus_test_{Guid.NewGuid().ToString("n")[..12]}";

    private static async Task<int> ComeBackAsync(TestDatabase database, CancellationToken stop)
    {
        var times = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection($"{database.ConnectionString};Pooling=false");
                await connection.OpenAsync(stop);
                await using var command = new NpgsqlCommand("SELECT pg_sleep(0.3)", connection);
                await command.ExecuteNonQueryAsync(stop);
                times++;
            }
            catch (Exception error) when (error is NpgsqlException or OperationCanceledException)
            {
                // Ended by the swap: it comes back at once.
            }
        }
        return times;
    }

    private static async Task<int> WatchAsync(NpgsqlDataSource server, string name, CancellationToken stop)
    {
        var refused = 0;
        await using var connection = await server.OpenConnectionAsync(CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            await using var command = new NpgsqlCommand(
                $"SELECT count(*) FROM pg_database WHERE datname LIKE '{name[..30]}%' AND NOT datallowconn", connection);
            if ((long)(await command.ExecuteScalarAsync(CancellationToken.None))! > 0) refused++;
        }
        return refused;
    }

    private static async Task<string> PropertiesAsync(NpgsqlDataSource server, string name)
    {
        await using var command = server.CreateCommand(
            "SELECT concat(pg_get_userbyid(d.datdba), ' ', (SELECT string_agg(concat(s.setrole, ' ', c), E'\\n' ORDER BY s.setrole, c) "
                + $"FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setdatabase = d.oid)) FROM pg_database d WHERE d.datname = '{name}'");
        return (string)(await command.ExecuteScalarAsync(Token))!;
    }

    private static async Task RunAsync(NpgsqlDataSource server, string sql)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
