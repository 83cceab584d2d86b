using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nexus.Cli;
using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Doctor;

/// <summary>Installations that are broken in one way each. The doctor must name the cause and the fix, and no secret.</summary>
public sealed partial class DoctorTests
{
    private const string Secret = "hidden-word-of-the-operator";

    [Fact]
    public async Task An_installation_that_was_never_started_has_only_warnings()
    {
        using var nexus = new NexusProgram();
        var (run, findings) = await ExamineAsync(nexus);
        run.Expect(1);
        Assert.Equal(["backups", "folder"], Of(findings, "warning").Select(finding => finding.Check).Distinct().Order());
        Assert.Empty(Of(findings, "problem"));
        Assert.False(Directory.Exists(nexus.Data));
    }

    [Fact]
    public async Task A_running_server_with_a_proven_backup_is_healthy()
    {
        using var nexus = new NexusProgram();
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            nexus.Environment["NEXUS_BACKUP_TARGET"] = nexus["backups"];
            (await nexus.RunAsync("backup", "create")).Expect(0);
            (await nexus.RunAsync("backup", "verify")).Expect(0);
            var (run, findings) = await ExamineAsync(nexus);
            Assert.True(run.ExitCode == 0, run.Output);
            Assert.Contains(findings, finding => finding is { Check: "server" } && finding.Message.Contains("responds at", StringComparison.Ordinal));
            Assert.Contains("Nothing is wrong.", (await nexus.RunAsync("doctor")).Expect(0).Output, StringComparison.Ordinal);
            process.Signal(ChildProcess.SigKill);
            await process.WaitForExitAsync();
        }
        await BrokenAsync(nexus, "server", "does not respond");
    }

    [Fact]
    public async Task What_is_wrong_with_the_data_folder_is_named()
    {
        using var nexus = new NexusProgram();
        await StartOnceAsync(nexus);
        File.SetUnixFileMode(nexus.Data, (UnixFileMode)0b111_101_101);
        await BrokenAsync(nexus, "folder", "accessible to users other than its owner", "chmod 700");
        File.SetUnixFileMode(nexus.Data, (UnixFileMode)0b111_000_000);
        var key = Path.Combine(nexus.Data, "nexus.key");
        File.SetUnixFileMode(key, (UnixFileMode)0b110_100_100);
        await BrokenAsync(nexus, "folder", "nexus.key", "chmod 600");
        File.SetUnixFileMode(key, (UnixFileMode)0b110_000_000);
        var content = await File.ReadAllTextAsync(key);
        await File.WriteAllTextAsync(key, KeyMaintenance.Generate());
        await BrokenAsync(nexus, "keys", "sealed", "NEXUS_KEYS");
        await File.WriteAllTextAsync(key, content);
        await File.WriteAllTextAsync(Path.Combine(nexus.Data, "alerts.json"), """{ "rulez": {} }""");
        await BrokenAsync(nexus, "alerts", "rulez: is unknown");
        File.Delete(Path.Combine(nexus.Data, "alerts.json"));
        await File.WriteAllBytesAsync(Path.Combine(nexus.Data, "nexus.db"), new byte[5000]);
        await BrokenAsync(nexus, "store", "nexus.db");
        Directory.Delete(nexus.Data, recursive: true);
        await File.WriteAllTextAsync(nexus.Data, "");
        await BrokenAsync(nexus, "folder", "is a file, not a folder");
    }

    [Fact]
    public async Task A_name_with_the_end_of_a_line_writes_no_line_of_its_own()
    {
        using var nexus = new NexusProgram();
        await StartOnceAsync(nexus);
        var file = Path.Combine(nexus.Data, "a\nrun this .key");
        await File.WriteAllTextAsync(file, "x");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);

        var lines = (await nexus.RunAsync("doctor")).Expect(2).Output.Split('\n');

        Assert.Contains(lines, line => line.Contains("fix: chmod 600", StringComparison.Ordinal)
            && line.Contains("run this", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("run this", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_of_another_user_is_named_to_a_user_who_cannot_read_it()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root, to give the folder to another user");
        using var nexus = new NexusProgram();
        await StartOnceAsync(nexus);
        // Outside of the folder of the program, which is given to the ordinary user.
        using var theirs = new TempFolder("doctor");
        File.SetUnixFileMode(theirs.Path, (UnixFileMode)0b111_101_101);
        Directory.Move(nexus.Data, theirs["data"]);
        nexus.Environment["NEXUS_URLS"] = "http://127.0.0.1:0";
        var run = (await nexus.RunAsOrdinaryUserAsync("doctor", "--json", "--data", theirs["data"])).Expect(2);
        var finding = Parse(run).First(found => found.Check == "folder" && found.Level == "problem");
        Assert.Contains("cannot read", finding.Message, StringComparison.Ordinal);
        Assert.Contains("sudo -u nexus nexus doctor", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_the_configuration_is_named_and_the_other_checks_still_run()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_CONFIG"] = nexus.Write("nexus.json", "{ \"database\": { \"maxPoolsize\": 3 } }");
        var findings = await BrokenAsync(nexus, "configuration", "did you mean database.maxPoolSize?");
        Assert.Contains(findings, finding => finding.Check == "disk");
        nexus.Environment["NEXUS_CONFIG"] = nexus["none.json"];
        await BrokenAsync(nexus, "configuration", "does not exist");
        nexus.Environment["NEXUS_CONFIG"] = nexus.Write("nexus.json", "{");
        await BrokenAsync(nexus, "configuration", "is not JSON");
        nexus.Environment["NEXUS_CONFIG"] = null;
        nexus.Environment["NEXUS_KEYS_FILE"] = nexus["none"];
        await BrokenAsync(nexus, "configuration", "does not exist");
        nexus.Environment["NEXUS_KEYS_FILE"] = null;
        nexus.Environment["NEXUS_KEYS"] = Secret;
        await BrokenAsync(nexus, "configuration", "is not a key");
        nexus.Environment["NEXUS_KEYS"] = null;
        nexus.Environment["NEXUS_KEY"] = "x";
        Assert.Contains((await ExamineAsync(nexus)).Findings, finding => finding is { Check: "configuration", Level: "warning" }
            && finding.Message.Contains("did you mean NEXUS_KEYS?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_certificate_that_cannot_be_used_are_named()
    {
        using var nexus = new NexusProgram();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        nexus.Environment["NEXUS_URLS"] = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        await BrokenAsync(nexus, "server", "another program listens");
        TestCertificate.Write(nexus["cert.pem"], nexus["key.pem"]);
        TestCertificate.Write(nexus["other.pem"], nexus["other-key.pem"]);
        (nexus.Environment["NEXUS_URLS"], nexus.Environment["NEXUS_TLS_CERTIFICATE"]) = ("https://127.0.0.1:0", nexus["cert.pem"]);
        nexus.Environment["NEXUS_TLS_KEY"] = nexus["other-key.pem"];
        await BrokenAsync(nexus, "tls", "cannot be used");
        nexus.Environment["NEXUS_TLS_KEY"] = nexus["key.pem"];
        Assert.Contains((await ExamineAsync(nexus)).Findings, finding => finding is { Check: "tls", Level: "warning" });

        // Behind a certificate that lasts, one of its authority that does not.
        TestCertificate.Write(nexus["cert.pem"], nexus["key.pem"], days: 90);
        Assert.Contains((await ExamineAsync(nexus)).Findings, finding => finding is { Check: "tls", Level: "ok" });
        TestCertificate.Write(nexus["authority.pem"], nexus["authority-key.pem"], days: 3, subject: "CN=Authority");
        await File.AppendAllTextAsync(nexus["cert.pem"], "\n" + await File.ReadAllTextAsync(nexus["authority.pem"]));
        Assert.Contains((await ExamineAsync(nexus)).Findings, finding => finding is { Check: "tls", Level: "warning" }
            && finding.Message.Contains("the certificate of CN=Authority in", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1:1/nexus?sslmode=disable", "127.0.0.1:1")]
    [InlineData("no-such-host.invalid/nexus?sslmode=disable", "no-such-host.invalid")]
    public async Task A_database_that_cannot_be_reached_is_named(string address, string expected)
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = $"postgres://bot:{Secret}@{address}";
        var findings = await BrokenAsync(nexus, "store", expected, "database.url");
        Assert.Equal(["clock", "notices", "pool"], Of(findings, "unknown").Select(finding => finding.Check).Where(check => check != "keys").Order());
        Assert.Contains(findings, finding => finding.Check == "disk");
    }

    [Fact]
    public async Task What_is_wrong_with_a_database_is_named()
    {
        using var nexus = new NexusProgram();
        await using var database = await TestDatabase.CreateAsync();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = database.Url;
        await BrokenAsync(nexus, "store", "migrate", "nexus migrate");
        await StartOnceAsync(nexus);

        var (_, healthy) = await ExamineAsync(nexus);
        Assert.Empty(Of(healthy, "problem"));
        foreach (var check in (string[])["clock", "pool", "notices", "keys", "store", "versions", "outbox"])
            Assert.Contains(healthy, finding => finding.Check == check && finding.Level == "ok");

        nexus.Environment["NEXUS_MAX_POOL_SIZE"] = "1000";
        await BrokenAsync(nexus, "pool", "1000 connections", "maxPoolSize");
        nexus.Environment["NEXUS_MAX_POOL_SIZE"] = null;

        // A backup, a command or the instance of a new release would find no connection.
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} CONNECTION LIMIT 22");
        Assert.Contains(
            (await ExamineAsync(nexus)).Findings, finding => finding is { Check: "pool", Level: "warning" }
                && finding.Message.Contains("20 of the 22 connections", StringComparison.Ordinal)
                && finding.Fix!.Contains("--max-pool-size", StringComparison.Ordinal));
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} CONNECTION LIMIT -1");

        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET default_transaction_read_only = on");
        await BrokenAsync(nexus, "store", "read-only");
        await database.ExecuteAsync($"SET default_transaction_read_only = off; ALTER DATABASE {database.Name} RESET default_transaction_read_only");

        nexus.Environment["NEXUS_PG_BIN"] = nexus["no-programs"];
        Assert.Contains((await ExamineAsync(nexus)).Findings, finding => finding is { Check: "versions", Level: "warning" }
            && finding.Message.Contains("pg_dump is not installed", StringComparison.Ordinal));
        nexus.Environment["NEXUS_PG_BIN"] = null;

        nexus.Environment["NEXUS_BACKUP_TARGET"] = "/proc/nowhere";
        Assert.Contains((await ExamineAsync(nexus)).Findings, finding => finding is { Check: "backups" } && finding.Level != "ok");
        nexus.Environment["NEXUS_BACKUP_TARGET"] = null;

        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        await BrokenAsync(nexus, "keys", "sealed", "NEXUS_KEYS");
        nexus.Environment["NEXUS_KEYS"] = null;
        await BrokenAsync(nexus, "keys", "NEXUS_KEYS");
    }

    [Fact]
    public async Task A_table_that_was_dropped_and_a_right_that_the_role_lacks_are_named()
    {
        using var nexus = new NexusProgram();
        await using var database = await TestDatabase.CreateAsync();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = database.Url;
        await StartOnceAsync(nexus);
        Assert.Empty(Of((await ExamineAsync(nexus)).Findings, "problem"));

        await database.ExecuteAsync("DROP TABLE calibrations");
        await BrokenAsync(nexus, "store", "lacks calibrations, which its migrations have made", "backup restore NAME --table TABLE");

        var role = $"reader_{Guid.NewGuid():n}";
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN; GRANT pg_read_all_data TO {role}; GRANT INSERT, UPDATE, DELETE ON users TO {role}");
        try
        {
            var address = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString);
            nexus.Environment["DATABASE_URL"] = $"postgres://{role}@{address.Host}:{address.Port}/{address.Database}";
            await BrokenAsync(nexus, "store", "the role lacks INSERT, UPDATE, DELETE on bot_state, keyed_state, nexus_commits and", "GRANT SELECT");
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task An_index_that_was_dropped_and_a_trigger_that_is_switched_off_are_named()
    {
        using var nexus = new NexusProgram();
        await using var database = await TestDatabase.CreateAsync();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = database.Url;
        await StartOnceAsync(nexus);
        Assert.Contains((await ExamineAsync(nexus)).Findings, finding => finding is { Check: "schema", Level: "ok" });

        await database.ExecuteAsync("DROP INDEX users_name_idx");
        var (run, findings) = await ExamineAsync(nexus);
        run.Expect(1);
        var found = Assert.Single(findings, finding => finding.Check == "schema");
        Assert.Equal(("warning", "the index users_name_idx of the table users is missing (schema public)"), (found.Level, found.Message));
        Assert.Contains("CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name_idx ON \"public\".users", found.Fix, StringComparison.Ordinal);

        await database.ExecuteAsync("ALTER TABLE trades DISABLE TRIGGER nexus_trade_updated");
        await BrokenAsync(nexus, "schema", "nexus_trade_updated of the table trades is switched off", "ENABLE TRIGGER");

        // The fix of a function can be entered as it is shown.
        await database.ExecuteAsync("DROP FUNCTION nexus_bucket");
        var shown = (await nexus.RunAsync("doctor")).Expect(2).Output;
        var start = shown.IndexOf("CREATE OR REPLACE FUNCTION", StringComparison.Ordinal);
        await database.ExecuteAsync(shown[start..(shown.LastIndexOf("$function$", StringComparison.Ordinal) + "$function$".Length)]);
        Assert.DoesNotContain((await ExamineAsync(nexus)).Findings, finding => finding.Message.Contains("nexus_bucket", StringComparison.Ordinal));

        // A newer version may have changed what this one knows.
        await database.ExecuteAsync(
            "INSERT INTO nexus_meta (name, value) SELECT 'migration.0099', value FROM nexus_meta WHERE name = 'migration.0021'");
        Assert.Contains((await ExamineAsync(nexus)).Findings, finding => finding is { Check: "schema", Level: "unknown" }
            && finding.Message.Contains("migrations up to 0099", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shard_that_does_not_respond_is_named()
    {
        using var nexus = new NexusProgram();
        await using var second = await PostgresCluster.StartAsync();
        await using var home = await TestDatabase.CreateAsync();
        await using var other = await TestDatabase.CreateAsync(second);
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = home.Url;
        nexus.Environment["NEXUS_SHARD_URLS"] = other.Url;
        (await nexus.RunAsync("shards", "init", "--shards", "3")).Expect(0);
        await StartOnceAsync(nexus);
        var (_, healthy) = await ExamineAsync(nexus);
        Assert.Empty(Of(healthy, "problem"));
        // Two of the three shards are on the home server, with 6 connections each.
        Assert.Contains(
            healthy, finding => finding is { Check: "pool" } && finding.Message.Contains("up to 12 connections", StringComparison.Ordinal));
        Assert.Contains(healthy, finding => finding is { Check: "backups" } && finding.Message.Contains("several servers", StringComparison.Ordinal));

        Assert.Equal(3, healthy.Count(finding => finding is { Check: "schema", Level: "ok" }));
        await home.ExecuteAsync("ALTER TABLE nexus_commits DROP CONSTRAINT nexus_commits_checked");
        await BrokenAsync(nexus, "schema", "nexus_commits_checked", "ADD CONSTRAINT");
        var schema = (await other.QueryAsync<string>("SELECT schemaname::text FROM pg_indexes WHERE indexname = 'users_name_idx'")).Single();
        await other.ExecuteAsync($"DROP INDEX {schema}.users_name_idx");
        Assert.Contains(
            (await ExamineAsync(nexus)).Findings, finding => finding is { Check: "schema", Level: "warning" }
                && finding.Message.Contains("users_name_idx", StringComparison.Ordinal)
                && finding.Message.Contains("of shard 1", StringComparison.Ordinal));

        await second.StopAsync(immediately: true);
        await BrokenAsync(nexus, "store", "shard 1 (", "NEXUS_SHARD_URLS");
        var status = (await nexus.RunAsync("status", "--json")).Expect(1).Json;
        Assert.Contains(status.GetProperty("concerns").EnumerateArray(), concern => Text(concern, "code") == "shard_unavailable");
    }

    [Fact]
    public void Every_command_that_a_fix_names_exists()
    {
        var root = new NexusCommand(new CommandConsole(TextWriter.Null, TextWriter.Null));
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent!;
        var named = 0;
        foreach (var file in Directory.GetFiles(Path.Combine(folder.FullName, "src", "Nexus.Operations", "Doctor")))
        {
            foreach (Match text in NamedCommand().Matches(File.ReadAllText(file)))
            {
                var command = root.Subcommands.FirstOrDefault(command => command.Name == text.Groups["command"].Value);
                if (command is not { Subcommands.Count: > 0 }) continue;
                named++;
                var names = $"{text.Groups["sub"].Value}{text.Groups["more"].Value}".Split([", ", " and "], StringSplitOptions.None);
                Assert.All(names, name => Assert.Contains(name, command.Subcommands.Select(sub => sub.Name)));
            }
        }
        Assert.True(named > 5);
    }

    [Fact]
    public async Task A_pooler_in_transaction_mode_is_named_as_the_reason_why_notices_do_not_arrive()
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, "pgbouncer is not installed");
        using var nexus = new NexusProgram();
        await using var database = await TestDatabase.CreateAsync();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = database.Url;
        await StartOnceAsync(nexus);
        await using var bouncer = await PgBouncer.StartAsync(database.Cluster);
        nexus.Environment["DATABASE_URL"] = bouncer.Url(database.Name, isSaid: true);
        await BrokenAsync(nexus, "notices", "a pooler in transaction mode", "NEXUS_DIRECT_URL");
    }

    /// <summary>A command with its subcommand, or several of them; not in comments of the documentation.</summary>
    [GeneratedRegex("(?<!///.*)nexus (?<command>[a-z]+)(?: (?<sub>[a-z-]+)(?<more>(?:, [a-z-]+)* and [a-z-]+)?)?")]
    private static partial Regex NamedCommand();

    private static async Task StartOnceAsync(NexusProgram nexus)
    {
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            process.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, await process.WaitForExitAsync());
        }
    }

    /// <summary>Expects a problem with these parts in its message, and in its fix if a second is given.</summary>
    private static async Task<IReadOnlyList<Finding>> BrokenAsync(NexusProgram nexus, string check, string message, string? fix = null)
    {
        var (run, findings) = await ExamineAsync(nexus);
        Assert.True(run.ExitCode == 2, run.Output);
        Assert.True(
            findings.Any(finding => finding.Check == check && finding.Level == "problem"
                && finding.Message.Contains(message, StringComparison.Ordinal)
                && finding.Fix is { } given && (fix is null || given.Contains(fix, StringComparison.Ordinal))),
            $"no problem of {check} with \"{message}\" and the fix \"{fix}\":\n{run.Output}");
        return findings;
    }

    private static async Task<(Run Run, IReadOnlyList<Finding> Findings)> ExamineAsync(NexusProgram nexus)
    {
        // Free, unless a test says otherwise: the default port may be in use on this machine.
        nexus.Environment.TryAdd("NEXUS_URLS", "http://127.0.0.1:0");
        var run = await nexus.RunAsync("doctor", "--json");
        Assert.DoesNotContain(Secret, run.Output + run.Error, StringComparison.Ordinal);
        foreach (var key in (string[])["NEXUS_KEYS", "DATABASE_URL"])
        {
            if (nexus.Environment.GetValueOrDefault(key) is { } value && key == "NEXUS_KEYS")
                Assert.DoesNotContain(value, run.Output + run.Error, StringComparison.Ordinal);
        }
        return (run, Parse(run));
    }

    private static IReadOnlyList<Finding> Parse(Run run) => [.. run.Json.GetProperty("findings").EnumerateArray().Select(found => new Finding(
        Text(found, "check")!, Text(found, "level")!.ToLowerInvariant(), Text(found, "message")!, Text(found, "fix")))];

    private static IEnumerable<Finding> Of(IEnumerable<Finding> findings, string level) => findings.Where(finding => finding.Level == level);

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Finding(string Check, string Level, string Message, string? Fix);
}
