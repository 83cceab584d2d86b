using System.Text.Json.Nodes;
using Nexus.Operations.Backup;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Backup;

/// <summary>What others with access to the target may put there neither hangs a command nor hides the other backups.</summary>
public sealed class HostileTargetTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("manifest.json", "pipe")]
    [InlineData("manifest.json", "folder")]
    [InlineData("manifest.json", "link to a pipe")]
    [InlineData("manifest.mac", "pipe")]
    [InlineData("manifest.mac", "folder")]
    [InlineData("proof.json", "pipe")]
    [InlineData("proof.json", "folder")]
    [InlineData("contents.json", "pipe")]
    [InlineData("contents.json", "folder")]
    [InlineData("store", "link to /")]
    public async Task What_is_no_file_is_damage_of_this_backup_alone(string file, string what)
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: false, sessions: 1);
        var good = (await home.BackUpAsync()).Name;
        var bad = (await home.BackUpAsync()).Name;
        var path = Path.Combine(home.Target, bad, file);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        File.Delete(path);
        switch (what)
        {
            case "pipe": await PipeAsync(path); break;
            case "link to a pipe":
                await PipeAsync(home["pipe"]);
                File.CreateSymbolicLink(path, home["pipe"]);
                break;
            case "folder": Directory.CreateDirectory(path); break;
            default: Directory.CreateSymbolicLink(path, "/"); break;
        }
        var status = await home.Manager().ReadStatusAsync(null, Token).WaitAsync(Limit, Token);
        Assert.Contains(good, status.Backups.Where(backup => backup.Manifest is not null).Select(backup => backup.Name));
        Assert.DoesNotContain(BackupFindingCodes.Unreachable, status.Findings.Select(finding => finding.Code));
        var kept = await home.Manager().PruneAsync(new RetentionPolicy(1, 0, 0), isDryRun: false, Token).WaitAsync(Limit, Token);
        Assert.True(Directory.Exists(Path.Combine(home.Target, bad)), string.Join(", ", kept.Deleted));
        if (file == BackupProof.FileName) return;
        var failed = false;
        try
        {
            failed = !(await home.VerifyAsync(bad).WaitAsync(Limit, Token)).Ok;
        }
        catch (BackupException error)
        {
            Assert.Equal(BackupErrorKind.Damaged, error.Kind);
            failed = true;
        }
        Assert.True(failed);
    }

    [Fact]
    public async Task A_folder_that_this_user_may_not_read_is_named_and_hides_no_other()
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: false, sessions: 1);
        var (good, bad) = ((await home.BackUpAsync()).Name, (await home.BackUpAsync()).Name);
        using var nexus = new NexusProgram();
        BackupHome.CopyFolder(home.Target, nexus["target"]);
        nexus.Environment["NEXUS_BACKUP_TARGET"] = nexus["target"];
        File.SetUnixFileMode(Path.Combine(nexus["target"], bad), UnixFileMode.None);
        var run = (await nexus.RunAsOrdinaryUserAsync("backup", "status", "--json")).Expect(1);
        var found = run.Json.GetProperty("backups").EnumerateArray().ToDictionary(
            backup => backup.GetProperty("name").GetString()!, backup => backup.GetProperty("error").GetString());
        Assert.Equal(2, found.Count);
        Assert.Null(found[good]);
        Assert.Contains("may not read manifest.json", found[bad], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_target_is_refused_by_name()
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: false, sessions: 1);
        await File.WriteAllTextAsync(home["file"], "", Token);
        foreach (var target in new[] { home["file"], home["file/below"] })
        {
            var error = await Assert.ThrowsAsync<BackupException>(() => home.BackUpAsync(home.Options(target)));
            Assert.Contains(home["file"], error.Message, StringComparison.Ordinal);
            var status = await home.Manager(home.Options(target)).ReadStatusAsync(null, Token);
            Assert.False(status.Ok);
        }
    }

    /// <summary>Without a key anybody who can write to the target can sign them.</summary>
    [Theory]
    [InlineData("proof.json", "steps")]
    [InlineData("manifest.json", "notes")]
    [InlineData("manifest.json", "files")]
    [InlineData("contents.json", "sequences")]
    [InlineData("contents.json", "roles")]
    [InlineData("contents.json", "tables")]
    [InlineData("contents.json", "database/settings")]
    public async Task A_null_among_the_elements_of_a_list_is_damage(string file, string list)
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: false, sessions: 1);
        var name = (await home.BackUpAsync()).Name;
        Assert.True((await home.VerifyAsync(name)).IsProof);
        var folder = Path.Combine(home.Target, name);
        var manifestFile = Path.Combine(folder, ManifestFile.FileName);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(manifestFile, Token))!;
        var id = Guid.Parse((string)manifest["id"]!);
        if (file == ManifestFile.FileName) manifest[list] = new JsonArray(null, null);
        else
        {
            var path = Path.Combine(folder, file);
            var text = await File.ReadAllTextAsync(path, Token);
            var document = JsonNode.Parse(file == BackupProof.FileName ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text)!;
            if (list.Split('/') is [var outer, var inner])
            {
                document[outer] = JsonNode.Parse("""
                    {"encoding":"UTF8","collate":"C","ctype":"C","owner":"o","settings":[],"serverSettings":{}}
                    """);
                document[outer]![inner] = new JsonArray(null, null);
            }
            else document[list] = new JsonArray(null, null);
            var json = System.Text.Encoding.UTF8.GetBytes(document.ToJsonString());
            var code = file == BackupProof.FileName ? DocumentCode.Create(json, null, id, file) : "";
            await File.WriteAllBytesAsync(path, [.. System.Text.Encoding.ASCII.GetBytes(code), .. json], Token);
            var entry = manifest["files"]!.AsArray().FirstOrDefault(one => (string)one!["name"]! == file);
            if (entry is not null)
            {
                (entry["storedBytes"], entry["plainBytes"]) = (json.Length, json.Length);
                entry["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(json));
            }
        }
        var signed = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
        await File.WriteAllBytesAsync(manifestFile, signed, Token);
        await File.WriteAllTextAsync(
            Path.Combine(folder, ManifestFile.CodeFileName), DocumentCode.Create(signed, null, id, ManifestFile.FileName), Token);

        var status = await home.Manager().ReadStatusAsync(null, Token);
        if (file == BackupProof.FileName)
        {
            Assert.Null(status.NewestProven);
            return;
        }
        try
        {
            Assert.False((await home.VerifyAsync(name)).Ok);
        }
        catch (BackupException error)
        {
            Assert.Equal(BackupErrorKind.Damaged, error.Kind);
        }
    }

    private static async Task PipeAsync(string path)
    {
        var (exitCode, _, error) = await ChildProcess.RunAsync("mkfifo", [path]);
        Assert.True(exitCode == 0, error);
    }
}
