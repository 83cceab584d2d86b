using Nexus.Operations.Backup;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Backup;

/// <summary>PostgreSQL's programs: their version, their way to the server, and what they are told.</summary>
public sealed class BackupProgramTests
{
    [Theory]
    [InlineData("transaction", true, true)]
    [InlineData("transaction", false, true)]
    [InlineData("transaction", false, false)]
    [InlineData("session", false, true)]
    public async Task A_pooler_is_refused(string mode, bool isSaid, bool takesOptions)
    {
        if (!PgBouncer.IsInstalled) Assert.Skip("PgBouncer is not installed");
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        await using var bouncer = await PgBouncer.StartAsync(
            home.Database!.Cluster, mode, takesOptions ? ["ignore_startup_parameters = extra_float_digits, options, search_path"] : []);
        var options = home.Options();
        options.Database = bouncer.Url(home.Database.Name, isSaid);
        await BackupCreateTests.RefusedAsync(home, BackupErrorKind.Pooler, "NEXUS_BACKUP_DATABASE", options);
    }

    [Fact]
    public async Task An_address_of_its_own_leads_past_the_pooler()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var (nexus, options) = (home.Nexus(), home.Options());
        nexus.Database += "&pgbouncer=true";
        options.Database = home.Database!.Url;
        var report = await home.Manager(options, nexus).CreateAsync(null, TestContext.Current.CancellationToken);
        var (_, proof) = await home.Manager(options, nexus).VerifyAsync(report.Name, new(), null, TestContext.Current.CancellationToken);
        Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
    }

    [Fact]
    public async Task Programs_that_are_older_than_the_server_are_refused()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var options = home.Options();
        options.Programs = home["old"];
        Directory.CreateDirectory(home["old"]);
        await BackupCreateTests.RefusedAsync(home, BackupErrorKind.Programs, "pg_dump is not installed", options);
        WriteProgram(home["old/pg_dump"], "echo 'pg_dump (PostgreSQL) 9.6.24'");
        await BackupCreateTests.RefusedAsync(home, BackupErrorKind.Programs, "is 9.6.24", options);
        await BackupCreateTests.RefusedAsync(home, BackupErrorKind.Programs, "the package postgresql-client-", options);
    }

    [Theory]
    [InlineData("15.18 (Debian 15.18-0+deb12u1)", 15)]
    [InlineData("18beta1", 18)]
    [InlineData("17.0", 17)]
    public void The_major_version_is_read_from_any_form(string text, int major) => Assert.Equal(major, BackupVerification.MajorOf(text));

    [Fact]
    public async Task The_password_is_on_no_command_line()
    {
        const string password = "p4ss'w0rd \"of the server";
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Password = password });
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: true);
        var (nexus, options) = (home.Nexus(), home.Options());
        nexus.Database = database.Url;
        await using (var db = await NexusDb.OpenAsync(nexus)) await BackupHome.FillAsync(db, 10);
        options.Programs = home["recording"];
        Directory.CreateDirectory(home["recording"]);
        foreach (var program in new[] { "pg_dump", "pg_dumpall", "pg_restore" })
        {
            WriteProgram(
                home[$"recording/{program}"],
                $"echo \"$0 $*\" >> '{home["arguments"]}'; env | sed 's/^PGPASSWORD=.*//' >> '{home["variables"]}'; "
                    + $"exec '{cluster.Binaries[program]}' \"$@\"");
        }
        nexus = home.Nexus();
        nexus.Database = database.Url;
        var report = await home.Manager(options, nexus).CreateAsync(null, TestContext.Current.CancellationToken);
        var (_, proof) = await home.Manager(options, nexus).VerifyAsync(report.Name, new(), null, TestContext.Current.CancellationToken);
        Assert.True(proof.IsProof, string.Join('\n', proof.Steps));

        var told = await File.ReadAllTextAsync(home["arguments"], TestContext.Current.CancellationToken)
            + await File.ReadAllTextAsync(home["variables"], TestContext.Current.CancellationToken);
        Assert.Contains("--snapshot=", told, StringComparison.Ordinal);
        foreach (var secret in new[] { password, "p4ss", home.Key, home.BackupKey! }) Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
        var globals = System.Text.Encoding.UTF8.GetString(await GlobalsAsync(home, report.Name));
        Assert.Contains("CREATE ROLE", globals, StringComparison.Ordinal);
        Assert.DoesNotContain("SCRAM-SHA-256$", globals, StringComparison.Ordinal);

        options.RolePasswords = true;
        report = await home.Manager(options, nexus).CreateAsync(null, TestContext.Current.CancellationToken);
        Assert.Contains("SCRAM-SHA-256$", System.Text.Encoding.UTF8.GetString(await GlobalsAsync(home, report.Name)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(2, 3, 5)]
    [InlineData(4, 5, 8)]
    public async Task Too_few_connections_are_named_with_the_number_that_a_backup_opens(int jobs, int tooFew, int needed)
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var (role, database) = ($"limited_{Guid.NewGuid():n}", home.Database!);
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN; GRANT pg_read_all_data TO {role}");
        try
        {
            var (nexus, options) = (home.Nexus(), home.Options());
            nexus.Database = database.Cluster.Url(database.Name, user: role);
            options.Jobs = jobs;
            await database.ExecuteAsync($"ALTER ROLE {role} CONNECTION LIMIT {tooFew}");
            var error = await Assert.ThrowsAsync<BackupException>(
                () => home.Manager(options, nexus).CreateAsync(null, TestContext.Current.CancellationToken));
            Assert.Contains($"a backup with --jobs {jobs} opens up to {needed};", error.Message, StringComparison.Ordinal);
            await GoneAsync();
            await database.ExecuteAsync($"ALTER ROLE {role} CONNECTION LIMIT {needed}");
            await home.Manager(options, nexus).CreateAsync(null, TestContext.Current.CancellationToken);
        }
        finally
        {
            await GoneAsync();
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }

        Task GoneAsync() => Eventually.TrueAsync(async () =>
            await database.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE usename = '{role}'") == 0);
    }

    /// <summary>The driver takes them from the environment, from which the programs get nothing.</summary>
    [Theory]
    [InlineData("VerifyFull", "/env/root.crt", "/env/root.crt")]
    [InlineData("VerifyCA", "/env/root.crt", "/env/root.crt")]
    [InlineData("Require", "/env/root.crt", null)]
    public void The_programs_get_the_certificates_that_the_driver_finds(string mode, string? root, string? expected)
    {
        var environment = new Dictionary<string, string?>
        {
            ["PGSSLROOTCERT"] = root,
            ["PGSSLCERT"] = "/env/client.crt",
            ["PGSSLKEY"] = "/env/client.key",
            ["PGSSLMODE"] = "disable",
            ["PGOPTIONS"] = "-c role=other",
            ["PGSERVICE"] = "other",
            ["PGHOSTADDR"] = "192.0.2.1",
        };
        var settings = new Npgsql.NpgsqlConnectionStringBuilder { SslMode = Enum.Parse<Npgsql.SslMode>(mode) };
        var given = LibpqConnection.Variables(settings, "db.example", 5432, "state", environment.GetValueOrDefault);
        Assert.Equal(("/env/client.crt", "/env/client.key"), (given["PGSSLCERT"], given["PGSSLKEY"]));
        Assert.Equal(expected, given.GetValueOrDefault("PGSSLROOTCERT"));
        Assert.DoesNotContain("role=other", given["PGOPTIONS"], StringComparison.Ordinal);
        Assert.DoesNotContain("PGSERVICE", given.Keys);
        settings.RootCertificate = "/own/root.crt";
        settings.SslCertificate = "/own/client.crt";
        given = LibpqConnection.Variables(settings, "db.example", 5432, "state", environment.GetValueOrDefault);
        Assert.Equal(("/own/client.crt", "/own/root.crt"), (given["PGSSLCERT"], given["PGSSLROOTCERT"]));
    }

    [Fact]
    public async Task The_file_of_authorities_in_the_folder_of_the_user_is_found_by_both()
    {
        using var folder = new TempFolder("authorities");
        var settings = new Npgsql.NpgsqlConnectionStringBuilder { SslMode = Npgsql.SslMode.VerifyFull };
        Assert.Equal(Array.Find(LibpqConnection.SystemRoots, File.Exists), Root());
        Directory.CreateDirectory(folder[".postgresql"]);
        await File.WriteAllTextAsync(folder[".postgresql/root.crt"], "", TestContext.Current.CancellationToken);
        // Without the variable libpq looks there.
        Assert.Null(Root());

        string? Root() => LibpqConnection.Variables(settings, "db.example", 5432, "state", name => name == "HOME" ? folder.Path : null)
            .GetValueOrDefault("PGSSLROOTCERT");
    }

    private static async Task<byte[]> GlobalsAsync(BackupHome home, string name)
    {
        await using var target = new FolderTarget(home.Target);
        var reader = await BackupReader.OpenAsync(target, name, home.Options().ReadKeys(), false, TestContext.Current.CancellationToken);
        await using var stream = await reader.OpenAsync(PostgresBackup.GlobalsFile, TestContext.Current.CancellationToken);
        var content = new MemoryStream();
        await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
        return content.ToArray();
    }

    private static void WriteProgram(string path, string script)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }
}
