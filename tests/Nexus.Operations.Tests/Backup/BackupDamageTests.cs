using System.Text.Json;
using Nexus.Operations.Backup;
using Nexus.Operations.Keys;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Backup;

/// <summary>Every kind of damage makes a verification fail.</summary>
public sealed class BackupDamageTests(BackupDamageTests.Backups backups) : IClassFixture<BackupDamageTests.Backups>
{
    public static TheoryData<string, string> Damages
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var kind in new[] { "plain", "uncompressed", "encrypted", "embedded", "embedded-encrypted" })
            {
                foreach (var damage in new[]
                {
                    "cut", "flipped data", "flipped contents", "flipped manifest", "flipped code", "missing file", "missing manifest",
                        "swapped files",
                    "manifest of another backup", "files of another backup", "added file", "renamed",
                }) data.Add(kind, damage);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damage_fails_the_verification(string kind, string damage)
    {
        var (home, name, other) = backups[kind];
        var target = home.CopyTarget(name);
        var folder = Path.Combine(target, name);
        name = await DamageAsync(folder, damage, Path.Combine(home.Target, other));
        await FailsAsync(home, target, name);
    }

    [Theory]
    [InlineData("encrypted")]
    [InlineData("embedded-encrypted")]
    public async Task A_wrong_or_missing_key_fails(string kind)
    {
        var (home, name, _) = backups[kind];
        foreach (var key in new[] { KeyMaintenance.Generate(), null })
        {
            var options = home.Options();
            options.Key = key;
            var error = await Assert.ThrowsAsync<BackupException>(() => home.VerifyAsync(name, new(), options));
            Assert.Equal(BackupErrorKind.Key, error.Kind);
            Assert.Contains("NEXUS_BACKUP_KEY", error.Message, StringComparison.Ordinal);
        }
        var both = home.Options();
        both.Key = $"{KeyMaintenance.Generate()},{home.BackupKey}";
        Assert.True((await home.VerifyAsync(name, new() { FilesOnly = true }, both)).Ok);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("embedded")]
    public async Task Keys_that_do_not_open_the_sealed_values_fail(string kind)
    {
        var (home, name, _) = backups[kind];
        var target = home.CopyTarget(name);
        var nexus = home.Nexus();
        nexus.Keys = KeyMaintenance.Generate();
        var (_, proof) = await home.Manager(home.Options(target), nexus).VerifyAsync(name, new(), null, TestContext.Current.CancellationToken);
        Assert.False(proof.Ok);
        Assert.Equal("sealed values", proof.Failure?.Name);
        nexus = home.Nexus();
        nexus.Keys = null;
        if (kind == "plain") await Assert.ThrowsAsync<BackupException>(() => home.Manager(home.Options(target), nexus)
            .VerifyAsync(name, new(), null, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("other")]
    public async Task A_dump_that_is_not_of_this_state_fails_although_its_checksums_are_right(string dump)
    {
        var (home, name, _) = backups["plain"];
        var target = home.CopyTarget(name);
        await using var database = await TestDatabase.CreateAsync(home.Database!.Cluster);
        if (dump == "other")
        {
            var nexus = home.Nexus();
            nexus.Database = database.Url;
            await using var db = await NexusDb.OpenAsync(nexus);
            await BackupHome.FillAsync(db, 40);
        }
        var folder = Path.Combine(target, name, "dump");
        Directory.Delete(folder, recursive: true);
        var (exitCode, _, error) = await ChildProcess.RunAsync(
            home.Database.Cluster.Binaries["pg_dump"], ["--format=directory", $"--file={folder}", "--dbname", database.Url]);
        Assert.True(exitCode == 0, error);
        await SignAgainAsync(target, name);

        var proof = await home.VerifyAsync(name, new(), home.Options(target));
        Assert.False(proof.Ok);
        Assert.Equal("contents", proof.Failure?.Name);
        Assert.Contains(dump == "empty" ? "is missing" : "differ", proof.Failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_inside_compressed_data_fails_the_full_read_although_its_checksums_are_right()
    {
        var (home, name, _) = backups["plain"];
        var target = home.CopyTarget(name);
        var file = DataFile(Path.Combine(target, name));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await SignAgainAsync(target, name);
        var proof = await home.VerifyAsync(name, new() { FilesOnly = true }, home.Options(target));
        Assert.False(proof.Ok);
        Assert.Equal("full read", proof.Failure?.Name);
    }

    [Fact]
    public async Task A_changed_value_in_uncompressed_data_fails_the_comparison_although_its_checksums_are_right()
    {
        var (home, name, _) = backups["uncompressed"];
        var target = home.CopyTarget(name);
        foreach (var file in Directory.GetFiles(Path.Combine(target, name, "dump"), "*.dat"))
        {
            var text = await File.ReadAllTextAsync(file);
            if (!text.Contains("ETHUSDT", StringComparison.Ordinal)) continue;
            await File.WriteAllTextAsync(file, text.Replace("ETHUSDT", "ETHUSDC", StringComparison.Ordinal));
        }
        await SignAgainAsync(target, name);
        var proof = await home.VerifyAsync(name, new(), home.Options(target));
        Assert.False(proof.Ok);
        Assert.Contains("differ", proof.Failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_proof_or_an_unencrypted_backup_is_not_accepted_where_there_is_a_key()
    {
        var (home, name, _) = backups["encrypted"];
        var (plainHome, plainName, _) = backups["plain"];
        var target = home.CopyTarget(name);
        Assert.True((await home.VerifyAsync(name, new(), home.Options(target))).IsProof);
        var file = Path.Combine(target, name, BackupProof.FileName);
        var content = await File.ReadAllTextAsync(file);
        Assert.True((await StatusAsync()).Newest!.IsProven);
        await File.WriteAllTextAsync(file, content.Replace("\"rows\"", "\"Rows\"", StringComparison.Ordinal));
        Assert.False((await StatusAsync()).Newest!.IsProven);

        BackupHome.CopyFolder(Path.Combine(plainHome.Target, plainName), Path.Combine(target, plainName));
        var error = await Assert.ThrowsAsync<BackupException>(() => home.VerifyAsync(plainName, new(), home.Options(target)));
        Assert.Contains("--allow-unencrypted", error.Message, StringComparison.Ordinal);
        Assert.True((await home.VerifyAsync(plainName, new() { FilesOnly = true, AllowUnencrypted = true }, home.Options(target))).Ok);

        Task<BackupStatus> StatusAsync() => home.Manager(home.Options(target)).ReadStatusAsync(null, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("dump/../../x")]
    [InlineData(".hidden")]
    public async Task A_manifest_that_leads_out_of_its_folder_is_refused(string file)
    {
        var (home, name, _) = backups["plain"];
        var target = home.CopyTarget(name);
        await SignAgainAsync(target, name, manifest =>
            manifest with { Files = [.. manifest.Files, new BackupFile(file, 1, 1, new string('0', 64))] });
        await FailsAsync(home, target, name);
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_file_is_refused()
    {
        var (home, name, _) = backups["plain"];
        var target = home.CopyTarget(name);
        var file = DataFile(Path.Combine(target, name));
        File.Move(file, $"{target}.moved");
        File.CreateSymbolicLink(file, $"{target}.moved");
        await FailsAsync(home, target, name);
    }

    /// <summary>As a program would that makes a wrong dump and then hashes it.</summary>
    private static async Task SignAgainAsync(string target, string name, Func<BackupManifest, BackupManifest>? change = null)
    {
        var folder = Path.Combine(target, name);
        var file = Path.Combine(folder, ManifestFile.FileName);
        var manifest = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file), BackupJson.Default.BackupManifest)!;
        var files = new List<BackupFile>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(folder, path);
            if (relative is ManifestFile.FileName or ManifestFile.CodeFileName or BackupProof.FileName) continue;
            await using var stream = File.OpenRead(path);
            files.Add(await EncryptingCopy.RunAsync(stream, null, null, manifest.Id, relative, null, CancellationToken.None));
        }
        manifest = manifest with { Files = files };
        var (json, code) = ManifestFile.Write(change?.Invoke(manifest) ?? manifest, key: null);
        await File.WriteAllBytesAsync(file, json);
        await File.WriteAllTextAsync(Path.Combine(folder, ManifestFile.CodeFileName), code);
    }

    private static async Task FailsAsync(BackupHome home, string target, string name)
    {
        BackupProof? proof = null;
        try
        {
            proof = await home.VerifyAsync(name, new(), home.Options(target));
        }
        catch (BackupException error)
        {
            Assert.True(error.Kind is BackupErrorKind.Damaged or BackupErrorKind.NotFound, $"{error.Kind}: {error.Message}");
        }
        if (proof is null) return;
        Assert.False(proof.Ok, string.Join('\n', proof.Steps));
        Assert.Equal("checksums", proof.Failure?.Name);
        var status = await home.Manager(home.Options(target)).ReadStatusAsync(null, TestContext.Current.CancellationToken);
        Assert.Contains(BackupFindingCodes.Failed, status.Findings.Select(finding => finding.Code));
        Assert.Null(status.NewestProven);
    }

    private static string DataFile(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) is "dump" or "store" && Path.GetFileName(file) != "toc.dat")
        .MaxBy(file => new FileInfo(file).Length)!;

    /// <returns>The name under which the damaged backup is found.</returns>
    private static async Task<string> DamageAsync(string folder, string damage, string other)
    {
        var data = DataFile(folder);
        switch (damage)
        {
            case "cut":
                await using (var file = File.OpenWrite(data)) file.SetLength(file.Length * 6 / 10);
                break;
            case "flipped data": await FlipAsync(data); break;
            case "flipped contents": await FlipAsync(Path.Combine(folder, BackupContents.FileName)); break;
            case "flipped manifest": await FlipAsync(Path.Combine(folder, ManifestFile.FileName)); break;
            case "flipped code": await FlipAsync(Path.Combine(folder, ManifestFile.CodeFileName)); break;
            case "missing file": File.Delete(data); break;
            case "missing manifest": File.Delete(Path.Combine(folder, ManifestFile.FileName)); break;
            case "swapped files":
                var contents = Path.Combine(folder, BackupContents.FileName);
                File.Move(contents, $"{folder}.swap");
                File.Move(data, contents);
                File.Move($"{folder}.swap", data);
                break;
            case "manifest of another backup":
                File.Copy(Path.Combine(other, ManifestFile.FileName), Path.Combine(folder, ManifestFile.FileName), overwrite: true);
                File.Copy(Path.Combine(other, ManifestFile.CodeFileName), Path.Combine(folder, ManifestFile.CodeFileName), overwrite: true);
                break;
            case "files of another backup": File.Copy(Path.Combine(other, Path.GetRelativePath(folder, data)), data, overwrite: true); break;
            case "added file": await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(data)!, "9999.dat.gz"), "x"); break;
            case "renamed":
                var name = Path.GetFileName(folder)[..^8] + "00000000";
                Directory.Move(folder, Path.Combine(Path.GetDirectoryName(folder)!, name));
                return name;
            default: throw new ArgumentException(damage, nameof(damage));
        }
        return Path.GetFileName(folder);
    }

    private static async Task FlipAsync(string file)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
    }

    /// <summary>Two backups of each kind, made once.</summary>
    public sealed class Backups : IAsyncLifetime
    {
        private readonly Dictionary<string, (BackupHome Home, string Name, string Other)> _backups = [];

        internal (BackupHome Home, string Name, string Other) this[string kind] => _backups[kind];

        public async ValueTask InitializeAsync()
        {
            await AddAsync("plain", postgres: true, encrypted: false, compression: null);
            await AddAsync("uncompressed", postgres: true, encrypted: false, compression: 0);
            await AddAsync("encrypted", postgres: true, encrypted: true, compression: null);
            await AddAsync("embedded", postgres: false, encrypted: false, compression: null);
            await AddAsync("embedded-encrypted", postgres: false, encrypted: true, compression: null);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (home, _, _) in _backups.Values) await home.DisposeAsync();
        }

        private async Task AddAsync(string kind, bool postgres, bool encrypted, int? compression)
        {
            var home = await BackupHome.CreateAsync(postgres, encrypted);
            var options = home.Options();
            options.Compression = compression;
            var first = await home.BackUpAsync(options);
            await using (var db = await NexusDb.OpenAsync(home.Nexus())) await BackupHome.FillAsync(db, 3);
            var second = await home.BackUpAsync(options);
            _backups.Add(kind, (home, second.Name, first.Name));
        }
    }
}
