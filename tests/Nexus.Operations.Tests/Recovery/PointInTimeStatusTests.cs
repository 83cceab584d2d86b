using Nexus.Operations.Backup;
using Nexus.Operations.Tests.Backup;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Recovery;

/// <summary>What the status says when pgBackRest writes something else than it should. The server is a real one that archives nothing.</summary>
public sealed class PointInTimeStatusTests
{
    private const string Good = """
        [{"archive":[],"backup":[],"db":[{"id":1,"repo-key":1,"system-id":1,"version":"15"}],"name":"nexus","status":{"code":0,"message":"ok"}}]
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("echo 'ERROR: [055]: unable to open the repository' >&2; exit 55", "exit code 55: ERROR: [055]")]
    [InlineData("echo 'not JSON'", "cannot be read")]
    [InlineData("echo '{}'", "cannot be read")]
    [InlineData("echo '[]'", "cannot be read")]
    [InlineData("echo '[{\"name\":\"other\"}]'", "cannot be read")]
    [InlineData("echo '[{\"name\":\"nexus\",\"status\":{\"code\":\"0\",\"message\":\"\"},\"db\":[]}]'", "cannot be read")]
    [InlineData("echo '[{\"name\":\"nexus\",\"status\":{\"code\":0,\"message\":\"ok\"},\"db\":[{\"id\":1e99,\"repo-key\":1,\"system-id\":1}]}]'",
        "cannot be read")]
    [InlineData("head -c 100000 /dev/zero | tr '\\0' '['", "cannot be read")]
    [InlineData("echo '[{\"name\":\"nexus\",\"status\":{\"code\":1,\"message\":\"missing stanza path\"},\"db\":[],\"backup\":[]}]'",
        "missing stanza path")]
    public async Task Output_of_another_form_is_a_finding(string script, string part)
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        var status = await StatusAsync(home, script);
        var finding = Assert.Single(status.Findings, finding => finding.Code == BackupFindingCodes.ArchiveUnreadable);
        Assert.Contains(part, finding.Message, StringComparison.Ordinal);
        Assert.True(finding.Message.Length < 500);
    }

    [Theory]
    [InlineData("\"label\":\"20261129-025524F\\u001b[2J\"")]
    [InlineData("\"type\":\"<b>full</b>\"")]
    [InlineData("\"timestamp\":{\"start\":1795920924,\"stop\":1e30}")]
    [InlineData("\"archive\":{\"start\":\"../../etc/passwd\",\"stop\":\"000000010000000000000003\"}")]
    public async Task A_base_backup_of_another_form_is_not_shown(string member)
    {
        const string backup = """
            {"archive":{"start":"000000010000000000000002","stop":"000000010000000000000003"},"database":{"id":1,"repo-key":1},"error":false,
            "info":{"repository":{"delta":3057568,"size":3057568},"size":22956398},"label":"20261129-025524F",
            "timestamp":{"start":1795920924,"stop":1795920928},"type":"full"}
            """;
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        var system = await home.Database!.ScalarAsync<long>("SELECT system_identifier FROM pg_control_system()");
        var good = Good.Replace("\"system-id\":1", $"\"system-id\":{system}", StringComparison.Ordinal);
        Assert.Equal("20261129-025524F", (await WithAsync(backup)).PointInTime!.Newest!.Label);
        // The last of two members of a name counts.
        var status = await WithAsync(backup[..^1] + "," + member + "}");
        Assert.Empty(status.PointInTime!.BaseBackups);
        Assert.Contains(status.Findings, finding => finding.Code == BackupFindingCodes.ArchiveUnreadable);

        Task<BackupStatus> WithAsync(string entry)
        {
            File.WriteAllText(home["info.json"], good.Replace("\"backup\":[]", $"\"backup\":[{entry}]", StringComparison.Ordinal));
            return StatusAsync(home, $"cat '{home["info.json"]}'");
        }
    }

    [Fact]
    public async Task A_base_backup_of_a_clock_that_was_ahead_does_not_hide_that_later_ones_are_missing()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        var system = await home.Database!.ScalarAsync<long>("SELECT system_identifier FROM pg_control_system()");
        var made = DateTimeOffset.UtcNow.AddYears(1).ToUnixTimeSeconds();
        await File.WriteAllTextAsync(
            home["info.json"], Good.Replace("\"system-id\":1", $"\"system-id\":{system}", StringComparison.Ordinal).Replace(
                "\"backup\":[]", $$"""
                "backup":[{"archive":{"start":"000000010000000000000002","stop":"000000010000000000000003"},"database":{"id":1,"repo-key":1},
                "error":false,"info":{"repository":{"delta":1,"size":1},"size":1},"label":"20271129-025524F",
                "timestamp":{"start":{{made}},"stop":{{made}}},"type":"full"}]
                """, StringComparison.Ordinal), Token);

        var codes = (await StatusAsync(home, $"cat '{home["info.json"]}'")).Findings.Select(finding => finding.Code).ToList();

        Assert.Contains(BackupFindingCodes.Future, codes);
        Assert.Contains(BackupFindingCodes.BaseMissing, codes);
    }

    [Fact]
    public async Task The_stanza_of_another_cluster_and_a_server_that_archives_nothing_are_found()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        var status = await StatusAsync(home, $"echo '{Good.Trim()}'");
        Assert.Equal(
            [BackupFindingCodes.Missing, BackupFindingCodes.ArchiveOff, BackupFindingCodes.ArchiveForeign],
            status.Findings.Select(finding => finding.Code));
        Assert.False(status.PointInTime!.Archive!.IsOn);
    }

    [Theory]
    [InlineData("--config=/etc/passwd")]
    [InlineData("../nexus")]
    [InlineData("a b")]
    public async Task A_name_that_could_be_an_option_or_a_path_is_refused(string stanza)
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        var status = await StatusAsync(home, "touch ran", stanza);
        Assert.Contains(status.Findings, finding => finding.Message.Contains("NEXUS_PGBACKREST_STANZA must be", StringComparison.Ordinal));
        Assert.False(File.Exists(home["ran"]));
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        var options = home.Options();
        (options.PgBackRestStanza, options.PgBackRest) = ("nexus", home["no-such-program"]);
        var status = await home.Manager(options).ReadStatusAsync(null, Token);
        Assert.Contains(status.Findings, finding => finding.Message.Contains("no-such-program cannot be started", StringComparison.Ordinal));
        // The embedded store has no WAL archive.
        await using var embedded = await BackupHome.CreateAsync(postgres: false, encrypted: false, sessions: 1);
        Assert.Null((await embedded.Manager(options).ReadStatusAsync(null, Token)).PointInTime);
    }

    [Theory]
    [InlineData("000000010000000A000000FF", 16 * 1024 * 1024, (10 * 256) + 255)]
    [InlineData("000000020000000A00000001", 64 * 1024 * 1024, (10 * 64) + 1)]
    [InlineData("000000010000000000000002.00000028.backup", 16 * 1024 * 1024, 2)]
    [InlineData("00000002.history", 16 * 1024 * 1024, -1)]
    [InlineData("00000001000000000000000G", 16 * 1024 * 1024, -1)]
    public void The_number_of_a_segment_follows_from_its_name(string name, long size, long expected) =>
        Assert.Equal(expected, WalSegment.Parse(name, size) is { } segment ? (long)segment.Number : -1);

    private static Task<BackupStatus> StatusAsync(BackupHome home, string script, string stanza = "nexus")
    {
        var program = home["pgbackrest"];
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        var options = home.Options();
        (options.PgBackRestStanza, options.PgBackRest) = (stanza, program);
        return home.Manager(options).ReadStatusAsync(null, Token);
    }
}
