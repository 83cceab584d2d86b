using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Nexus.Operations.Backup;

/// <summary>
/// Backups in a bucket of AWS or of another store that speaks its protocol, such as Garage, SeaweedFS or RustFS. A backup is made in a local folder
/// and
/// uploaded; its authentication code goes last.
/// </summary>
internal sealed class S3Target(IAmazonS3 client, string bucket, string prefix, BackupOptions options, TimeProvider clock) : IBackupTarget
{
    /// <summary>Objects of a backup without a code that are older belong to an upload that was killed.</summary>
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(2);

    public string Location => $"s3://{bucket}/{prefix}".TrimEnd('/');

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var complete = new List<string>();
        foreach (var name in await ListNamesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await IsCompleteAsync(name, cancellationToken).ConfigureAwait(false)) complete.Add(name);
        }
        return complete;
    }

    public async Task<IReadOnlyDictionary<string, long>> ListFilesAsync(string backup, CancellationToken cancellationToken)
    {
        // Consoles and programs that show a bucket as a disk make empty objects in the place of folders.
        var objects = await ListObjectsAsync(backup, cancellationToken).ConfigureAwait(false);
        return objects.Where(found => found.Value > 0 || !(found.Key.Length == 0 || found.Key.EndsWith('/')))
            .ToDictionary(found => found.Key, found => found.Value, StringComparer.Ordinal);
    }

    private async Task<Dictionary<string, long>> ListObjectsAsync(string backup, CancellationToken cancellationToken)
    {
        var root = KeyOf(backup, "");
        var files = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var page in PagesAsync(root, delimiter: null, cancellationToken).ConfigureAwait(false))
        {
            foreach (var found in page.S3Objects ?? []) files[found.Key[root.Length..]] = found.Size ?? 0;
        }
        return files;
    }

    public Task<Stream> OpenReadAsync(string backup, string file, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        try
        {
            return (await client.GetObjectAsync(bucket, KeyOf(backup, file), cancellationToken).ConfigureAwait(false)).ResponseStream;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            throw new FileNotFoundException($"{file} is missing", file, error);
        }
    });

    public Task WriteDocumentAsync(string backup, string file, byte[] content, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        using var stream = new MemoryStream(content);
        var put = new PutObjectRequest
        {
            BucketName = bucket,
            Key = KeyOf(backup, file),
            InputStream = stream,
            AutoCloseStream = false,
            UseChunkEncoding = false,
        };
        await client.PutObjectAsync(put, cancellationToken).ConfigureAwait(false);
        return true;
    });

    public async Task<IBackupDraft> BeginAsync(string backup, CancellationToken cancellationToken)
    {
        await RemoveLeftoversAsync(cancellationToken).ConfigureAwait(false);
        return new Draft(this, backup, options.CreateWorkFolder("upload", clock));
    }

    public async Task DeleteAsync(string backup, CancellationToken cancellationToken)
    {
        await DeleteObjectAsync(KeyOf(backup, ManifestFile.CodeFileName), cancellationToken).ConfigureAwait(false);
        foreach (var file in (await ListObjectsAsync(backup, cancellationToken).ConfigureAwait(false)).Keys)
            await DeleteObjectAsync(KeyOf(backup, file), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A bucket has no locks, so an object stands for one. Two backups of one database also exclude each other by its own lock, and an incomplete
    /// backup is never listed.
    /// </summary>
    public Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken) => TryAsync<IAsyncDisposable>(async () =>
        await S3Lock.AcquireAsync(
            client, bucket, prefix.Length > 0 ? $"{prefix}/{S3Lock.Name}" : S3Lock.Name, Location, clock, cancellationToken).ConfigureAwait(false));

    public (long Bytes, string Where)? FreeSpace()
    {
        var folder = options.WorkFolder ?? Path.GetTempPath();
        // It is made later.
        var existing = Path.GetFullPath(folder);
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
        return (new DriveInfo(existing).AvailableFreeSpace, $"{folder}, where the backup is made before it is uploaded");
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return default;
    }

    private string KeyOf(string backup, string file) => BackupName.IsName(backup)
        ? $"{(prefix.Length > 0 ? $"{prefix}/" : "")}{backup}/{file}"
        : throw new BackupException(BackupErrorKind.NotFound, $"{backup} is not the name of a backup");

    private async Task<List<string>> ListNamesAsync(CancellationToken cancellationToken)
    {
        var root = prefix.Length > 0 ? $"{prefix}/" : "";
        var names = new List<string>();
        await foreach (var page in PagesAsync(root, "/", cancellationToken).ConfigureAwait(false))
            names.AddRange((page.CommonPrefixes ?? []).Select(found => found[root.Length..].TrimEnd('/')).Where(BackupName.IsName));
        return names;
    }

    private Task<bool> IsCompleteAsync(string backup, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        try
        {
            await client.GetObjectMetadataAsync(bucket, KeyOf(backup, ManifestFile.CodeFileName), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    });

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(
        string root, string? delimiter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = bucket, Prefix = root, Delimiter = delimiter, ContinuationToken = next };
            var page = await TryAsync(() => client.ListObjectsV2Async(request, cancellationToken)).ConfigureAwait(false);
            yield return page;
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    private async Task DeleteObjectAsync(string key, CancellationToken cancellationToken) =>
        await TryAsync(() => client.DeleteObjectAsync(bucket, key, cancellationToken)).ConfigureAwait(false);

    private async Task RemoveLeftoversAsync(CancellationToken cancellationToken)
    {
        var old = clock.GetUtcNow() - LeftoverAge;
        foreach (var name in await ListNamesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (BackupName.TimeOf(name) < old && !await IsCompleteAsync(name, cancellationToken).ConfigureAwait(false))
                await DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }
        await AbortUploadsAsync(old, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Parts of large files whose upload was killed: they cost space that no listing of objects shows.</summary>
    private async Task AbortUploadsAsync(DateTimeOffset old, CancellationToken cancellationToken)
    {
        var root = prefix.Length > 0 ? $"{prefix}/" : "";
        try
        {
            var request = new ListMultipartUploadsRequest { BucketName = bucket, Prefix = root };
            ListMultipartUploadsResponse page;
            do
            {
                page = await client.ListMultipartUploadsAsync(request, cancellationToken).ConfigureAwait(false);
                foreach (var upload in page.MultipartUploads ?? [])
                {
                    var name = upload.Key.StartsWith(root, StringComparison.Ordinal) ? upload.Key[root.Length..].Split('/')[0] : "";
                    if (!BackupName.IsName(name) || BackupName.TimeOf(name) >= old) continue;
                    await client.AbortMultipartUploadAsync(bucket, upload.Key, upload.UploadId, cancellationToken).ConfigureAwait(false);
                }
                (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
            }
            while (page.IsTruncated == true && request.KeyMarker is not null);
        }
        catch (AmazonS3Exception)
        {
            // A store, or the rights of the key, without this: a rule of the bucket for incomplete uploads removes them.
        }
    }

    /// <summary>Errors of the store, with the remedy and without keys.</summary>
    private async Task<T> TryAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception error) when (error is Amazon.Runtime.AmazonServiceException or Amazon.Runtime.AmazonClientException or HttpRequestException)
        {
            var code = (error as Amazon.Runtime.AmazonServiceException)?.ErrorCode;
            throw new BackupException(
                BackupErrorKind.Unreachable,
                $"{Location} cannot be used ({code ?? error.GetType().Name}): check the bucket, NEXUS_S3_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID and "
                    + "AWS_SECRET_ACCESS_KEY", error);
        }
    }

    private sealed class Draft : IBackupDraft
    {
        private readonly S3Target _target;
        private readonly string _backup;
        private readonly Backup.WorkFolder _root;
        private bool _isUploading;
        private bool _isComplete;

        public Draft(S3Target target, string backup, Backup.WorkFolder root)
        {
            (_target, _backup, _root) = (target, backup, root);
            PrivateFolder.Create(Folder);
            PrivateFolder.Create(WorkFolder);
        }

        public string Folder => Path.Combine(_root.Path, "files");

        public string WorkFolder => Path.Combine(_root.Path, "work");

        public async Task CommitAsync(IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
        {
            _isUploading = true;
            var files = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
                .Select(path => (Path: path, Name: Path.GetRelativePath(Folder, path).Replace('\\', '/')))
                .OrderBy(file => file.Name == ManifestFile.CodeFileName).ThenBy(file => file.Name, StringComparer.Ordinal).ToList();
            var (done, total) = (0L, files.Sum(file => new FileInfo(file.Path).Length));
            foreach (var (path, name) in files)
            {
                await _target.TryAsync(() => S3Upload.RunAsync(
                    _target.Client, _target.Bucket, _target.KeyOf(_backup, name), path, sent => progress?.Report((done += sent, total)),
                        cancellationToken))
                    .ConfigureAwait(false);
            }
            _isComplete = true;
        }

        public async ValueTask DisposeAsync()
        {
            _root.Dispose();
            if (!_isUploading || _isComplete) return;
            try
            {
                await _target.DeleteAsync(_backup, CancellationToken.None).ConfigureAwait(false);
            }
            catch (BackupException)
            {
                // The store is gone. A later backup removes what is left.
            }
        }
    }

    private IAmazonS3 Client => client;

    private string Bucket => bucket;
}
