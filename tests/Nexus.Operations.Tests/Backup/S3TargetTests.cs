using System.Net;
using System.Security.Cryptography;
using Amazon.S3.Model;
using Nexus.Operations.Backup;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Backup;

public sealed class S3TargetTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData(0, 8)]
    [InlineData(79_999, 8)]
    [InlineData(80_001, 9)]
    [InlineData(5_000_000, 500)]
    public void The_size_of_a_part_follows_from_the_size_of_the_file(long mebibytes, long expected)
    {
        var size = S3Upload.PartSize(mebibytes * MiB);
        Assert.Equal(expected, size / MiB);
        Assert.True(((mebibytes * MiB) + size - 1) / size <= 10_000);
    }

    [Fact]
    public async Task Backups_are_kept_proven_and_deleted_in_a_bucket()
    {
        await using var server = await S3Server.StartAsync(Path.Combine(FindRoot(), "out", "tools"));
        if (server is null) Assert.Skip("npm with s3rver is not available");
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: true);
        // Random text does not compress: the dump needs more than one part.
        await home.Database!.ExecuteAsync(
            "CREATE TABLE large AS SELECT encode(sha512(n::text::bytea), 'base64') AS t FROM generate_series(1, 130000) AS n; ALTER TABLE large SET "
                + "LOGGED");
        var options = home.Options($"s3://{S3Server.Bucket}/some/prefix");
        options.S3Endpoint = server.Endpoint;
        options.WorkFolder = home["work"];
        Directory.CreateDirectory(home["work"]);
        using var credentials = new Credentials();

        // Another database into the same bucket at the same time: one waits for the other.
        await using (await OpenTarget(options).LockAsync(TestContext.Current.CancellationToken))
        {
            var busy = await Assert.ThrowsAsync<BackupException>(() => home.BackUpAsync(options));
            Assert.Equal(BackupErrorKind.Busy, busy.Kind);
            var pruning = await Assert.ThrowsAsync<BackupException>(() => home.Manager(options).PruneAsync(
                new RetentionPolicy(1, 0, 0), isDryRun: false, TestContext.Current.CancellationToken));
            Assert.Equal(BackupErrorKind.Busy, pruning.Kind);
        }
        Assert.DoesNotContain(server.Files, file => file.Contains(S3Lock.Name, StringComparison.Ordinal));
        // Many at once, on a store that knows no conditions: at most one goes on.
        var contenders = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            try
            {
                return await OpenTarget(options).LockAsync(TestContext.Current.CancellationToken);
            }
            catch (BackupException error) when (error.Kind == BackupErrorKind.Busy)
            {
                return null;
            }
        }));
        Assert.Single(contenders, held => held is not null);
        foreach (var held in contenders.OfType<IAsyncDisposable>()) await held.DisposeAsync();
        // The lock of a process that was killed an hour ago.
        await OpenTarget(options, new OtherClock(TimeSpan.FromHours(-1))).LockAsync(TestContext.Current.CancellationToken);
        await (await OpenTarget(options).LockAsync(TestContext.Current.CancellationToken)).DisposeAsync();
        // And one whose clock was ahead.
        await OpenTarget(options, new OtherClock(TimeSpan.FromDays(400))).LockAsync(TestContext.Current.CancellationToken);

        var first = await home.BackUpAsync(options);
        var proof = await home.VerifyAsync("latest", new(), options);
        Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
        var second = await home.BackUpAsync(options);
        var status = await home.Manager(options).ReadStatusAsync(null, TestContext.Current.CancellationToken);
        Assert.True(status.Ok, string.Join('\n', status.Findings));
        Assert.Equal([second.Name, first.Name], status.Backups.Select(backup => backup.Name));
        Assert.Contains(status.Newest!.Manifest!.Files, file => file.StoredBytes > 8 * MiB);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home["work"]));

        var pruned = await home.Manager(options).PruneAsync(new RetentionPolicy(1, 0, 0), isDryRun: false, TestContext.Current.CancellationToken);
        Assert.Empty(pruned.Deleted);
        await home.VerifyAsync(second.Name, new(), options);
        await home.Manager(options).PruneAsync(new RetentionPolicy(1, 0, 0), isDryRun: false, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(server.Files, file => file.Contains(first.Name, StringComparison.Ordinal));

        using var interrupted = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => home.Manager(options).CreateAsync(
            new CancelAt(interrupted, () => server.Files.Any(
                file => !file.Contains(second.Name, StringComparison.Ordinal) && file.Contains("nexus-", StringComparison.Ordinal))),
            interrupted.Token));
        Assert.DoesNotContain(
            server.Files, file => !file.Contains(second.Name, StringComparison.Ordinal) && file.Contains("/dump/", StringComparison.Ordinal));
        Assert.Single((await home.Manager(options).ReadStatusAsync(null, TestContext.Current.CancellationToken)).Backups);

        options.S3Endpoint = "http://127.0.0.1:1";
        var gone = await home.Manager(options).ReadStatusAsync(null, TestContext.Current.CancellationToken);
        Assert.Equal([BackupFindingCodes.Unreachable], gone.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public async Task Of_two_that_find_no_lock_at_the_same_moment_the_store_refuses_one()
    {
        await using var server = await S3Server.StartAsync(Path.Combine(FindRoot(), "out", "tools"));
        if (server is null) Assert.Skip("npm with s3rver is not available");
        await using var store = await ConditionalStore.StartAsync(server.Endpoint, HttpStatusCode.PreconditionFailed, readers: 2);
        var options = new BackupOptions { Target = $"s3://{S3Server.Bucket}/some/prefix", S3Endpoint = store.Endpoint };
        using var credentials = new Credentials();

        var tries = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            try
            {
                var held = await OpenTarget(options).LockAsync(TestContext.Current.CancellationToken);
                return (Held: (IAsyncDisposable?)held, Error: (BackupException?)null);
            }
            catch (BackupException error)
            {
                return (Held: (IAsyncDisposable?)null, Error: (BackupException?)error);
            }
        }));

        Assert.Equal(1, store.Refused);
        Assert.Equal(BackupErrorKind.Busy, Assert.Single(tries, one => one.Error is not null).Error!.Kind);
        await Assert.Single(tries, one => one.Held is not null).Held!.DisposeAsync();
        Assert.DoesNotContain(server.Files, file => file.Contains(S3Lock.Name, StringComparison.Ordinal));
        await (await OpenTarget(options).LockAsync(TestContext.Current.CancellationToken)).DisposeAsync();
        Assert.Equal(1, store.Refused);
    }

    [Fact]
    public async Task A_store_that_does_not_implement_conditions_is_locked_without_them()
    {
        await using var server = await S3Server.StartAsync(Path.Combine(FindRoot(), "out", "tools"));
        if (server is null) Assert.Skip("npm with s3rver is not available");
        await using var store = await ConditionalStore.StartAsync(server.Endpoint, HttpStatusCode.NotImplemented, readers: 1);
        var options = new BackupOptions { Target = $"s3://{S3Server.Bucket}/some/prefix", S3Endpoint = store.Endpoint };
        using var credentials = new Credentials();

        await using (await OpenTarget(options).LockAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(1, store.Refused);
            var busy = await Assert.ThrowsAsync<BackupException>(() => OpenTarget(options).LockAsync(TestContext.Current.CancellationToken));
            Assert.Equal(BackupErrorKind.Busy, busy.Kind);
        }
        Assert.DoesNotContain(server.Files, file => file.Contains(S3Lock.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parts_of_uploads_that_were_killed_days_ago_are_given_up_and_those_of_others_stay()
    {
        var old = BackupName.Create(DateTimeOffset.UtcNow.AddDays(-3), Guid.NewGuid());
        var recent = BackupName.Create(DateTimeOffset.UtcNow.AddDays(-1), Guid.NewGuid());
        using var store = new UploadsLeft(
            [$"pre/{old}/dump/1.dat", $"pre/{recent}/dump/1.dat", "pre/photos/1.jpg", $"pre/{old}/dump/2.dat", $"prefix/{old}/dump/1.dat"]);
        using var folder = new TempFolder("uploads");
        var target = new S3Target(store, "bucket", "pre", new BackupOptions { WorkFolder = folder["."] }, TimeProvider.System);

        await using (await target.BeginAsync(BackupName.Create(DateTimeOffset.UtcNow, Guid.NewGuid()), TestContext.Current.CancellationToken))
        {
            Assert.Equal([$"pre/{old}/dump/1.dat", $"pre/{old}/dump/2.dat"], store.Aborted);
        }
    }

    /// <summary>It says nothing about the backup, and the verification must not record it as damage.</summary>
    [Fact]
    public async Task A_store_that_goes_away_in_the_middle_of_a_file_is_unreachable()
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: true, sessions: 1);
        var name = (await home.BackUpAsync()).Name;
        using var store = new FolderStore(home.Target);
        await using var target = new S3Target(store, "bucket", "", home.Options(), TimeProvider.System);
        var reader = await BackupReader.OpenAsync(target, name, home.Options().ReadKeys(), false, TestContext.Current.CancellationToken);
        await reader.CheckFilesAsync(TestContext.Current.CancellationToken);
        await reader.ExtractAsync(null, null, null, TestContext.Current.CancellationToken);
        foreach (var bytes in new[] { 0, 10, 2000 })
        {
            store.BreaksAfter = bytes;
            var error = await Assert.ThrowsAsync<BackupException>(
                () => reader.ExtractAsync(null, file => file == "store/nexus.db", null, TestContext.Current.CancellationToken));
            Assert.Equal(BackupErrorKind.Unreachable, error.Kind);
        }
        // What a console shows as a folder is an empty object.
        Assert.Contains("store/", (await store.ListObjectsV2Async(new ListObjectsV2Request { Prefix = $"{name}/" },
            TestContext.Current.CancellationToken)).S3Objects.Select(found => found.Key[(name.Length + 1)..]));
        await target.DeleteAsync(name, TestContext.Current.CancellationToken);
        Assert.Contains($"{name}/store/", store.Deleted);
    }

    /// <summary>A temporary folder that does not exist yet.</summary>
    [Fact]
    public async Task The_folder_for_the_files_before_their_upload_may_be_missing()
    {
        using var folder = new TempFolder("missing");
        using var store = new FolderStore(folder["."]);
        await using var target = new S3Target(
            store, "bucket", "", new BackupOptions { WorkFolder = folder["a/b/c"] }, TimeProvider.System);
        Assert.True(target.FreeSpace()!.Value.Bytes > 0);
    }

    private static IBackupTarget OpenTarget(BackupOptions options, TimeProvider? clock = null) =>
        BackupTargets.Open(options, "unused", clock ?? TimeProvider.System);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent;
        return folder!.FullName;
    }

    /// <summary>A bucket without objects, but with uploads that were never completed, two on a page.</summary>
    private sealed class UploadsLeft(string[] keys) : Amazon.S3.AmazonS3Client("key", "secret", Amazon.RegionEndpoint.USEast1)
    {
        public List<string> Aborted { get; } = [];

        public override Task<ListObjectsV2Response> ListObjectsV2Async(ListObjectsV2Request request, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ListObjectsV2Response());

        public override Task<ListMultipartUploadsResponse> ListMultipartUploadsAsync(
            ListMultipartUploadsRequest request, CancellationToken cancellationToken = default)
        {
            var from = request.KeyMarker is { } marker ? Array.IndexOf(keys, marker) + 1 : 0;
            var page = keys[from..Math.Min(keys.Length, from + 2)];
            return Task.FromResult(new ListMultipartUploadsResponse
            {
                MultipartUploads = [.. page.Select(key => new MultipartUpload { Key = key, UploadId = key })],
                IsTruncated = from + 2 < keys.Length,
                NextKeyMarker = page[^1],
                NextUploadIdMarker = page[^1],
            });
        }

        public override Task<AbortMultipartUploadResponse> AbortMultipartUploadAsync(
            string bucketName, string key, string uploadId, CancellationToken cancellationToken = default)
        {
            Aborted.Add(key);
            return Task.FromResult(new AbortMultipartUploadResponse());
        }
    }

    /// <summary>The backups of a folder as objects, beside those that stand for folders; the connection breaks when told to.</summary>
    private sealed class FolderStore(string folder) : Amazon.S3.AmazonS3Client("key", "secret", Amazon.RegionEndpoint.USEast1)
    {
        public int BreaksAfter { get; set; } = int.MaxValue;

        public List<string> Deleted { get; } = [];

        public override Task<GetObjectResponse> GetObjectAsync(string bucketName, string key, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GetObjectResponse { ResponseStream = new Breaking(File.ReadAllBytes(Path.Combine(folder, key)), BreaksAfter) });

        public override Task<ListObjectsV2Response> ListObjectsV2Async(ListObjectsV2Request request, CancellationToken cancellationToken = default)
        {
            var root = Path.Combine(folder, request.Prefix);
            return Task.FromResult(new ListObjectsV2Response
            {
                S3Objects =
                [
                    new S3Object { Key = request.Prefix, Size = 0 },
                    .. new DirectoryInfo(root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(entry => new S3Object
                    {
                        Key = Path.GetRelativePath(folder, entry.FullName) + (entry is FileInfo ? "" : "/"),
                        Size = entry is FileInfo file ? file.Length : 0,
                    }),
                ],
            });
        }

        public override Task<DeleteObjectResponse> DeleteObjectAsync(
            string bucketName, string key, CancellationToken cancellationToken = default)
        {
            Deleted.Add(key);
            return Task.FromResult(new DeleteObjectResponse());
        }

        private sealed class Breaking(byte[] content, int after) : MemoryStream(content)
        {
            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
                Position >= after ? throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.")
                    : base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, after - Position)], cancellationToken);
        }
    }

    private sealed class OtherClock(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
    }

    /// <summary>As Ctrl-C during the upload.</summary>
    private sealed class CancelAt(CancellationTokenSource source, Func<bool> isTime) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value)
        {
            if (isTime()) source.Cancel();
        }
    }

    /// <summary>The SDK reads them from the environment of the process; no other test uses them.</summary>
    private sealed class Credentials : IDisposable
    {
        public Credentials() => Set(S3Server.Credentials);

        public void Dispose() => Set(null);

        private static void Set(string? value)
        {
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", value);
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", value);
        }
    }
}
