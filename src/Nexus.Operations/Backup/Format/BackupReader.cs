using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Nexus.Operations.Backup;

/// <summary>Reads one backup whose manifest was authenticated.</summary>
internal sealed class BackupReader
{
    private const int MaxContents = 64 * 1024 * 1024;

    private static readonly int FilesAtOnce = Math.Clamp(Environment.ProcessorCount, 1, 4);

    private readonly IBackupTarget _target;
    private readonly BackupKey? _key;

    private BackupReader(IBackupTarget target, BackupManifest manifest, BackupKey? key) => (_target, Manifest, _key) = (target, manifest, key);

    /// <summary>The manifest.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>The key of the backup; null if it is not encrypted.</summary>
    public BackupKey? Key => _key;

    /// <summary>Reads and checks the manifest.</summary>
    /// <exception cref="BackupException">It is missing, damaged, not authentic, or its key is not configured.</exception>
    public static async Task<BackupReader> OpenAsync(
        IBackupTarget target, string name, BackupKeys keys, bool allowUnencrypted, CancellationToken cancellationToken)
    {
        if (!BackupName.IsName(name)) throw NotFound(target, name);
        try
        {
            var code = await ReadAsync(target, name, ManifestFile.CodeFileName, 1024, cancellationToken).ConfigureAwait(false);
            var json = await ReadAsync(target, name, ManifestFile.FileName, ManifestFile.MaxBytes, cancellationToken).ConfigureAwait(false);
            var (manifest, key) = ManifestFile.ReadChecked(json, Encoding.UTF8.GetString(code), name, keys, allowUnencrypted);
            return new BackupReader(target, manifest, key);
        }
        catch (FileNotFoundException)
        {
            throw NotFound(target, name);
        }
    }

    /// <summary>Reads the manifest without its code, to list backups without the key.</summary>
    public static async Task<BackupManifest> ReadManifestAsync(IBackupTarget target, string name, CancellationToken cancellationToken) =>
        ManifestFile.Read(await ReadAsync(target, name, ManifestFile.FileName, ManifestFile.MaxBytes, cancellationToken).ConfigureAwait(false), name);

    /// <summary>Reads a small document beside a backup.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static async Task<byte[]> ReadAsync(IBackupTarget target, string name, string file, int maxBytes, CancellationToken cancellationToken)
    {
        var stream = await target.OpenReadAsync(name, file, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false)) return await ReadAllAsync(stream, file, maxBytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the backup has this file.</summary>
    public bool Has(string file) => Manifest.Files.Any(entry => entry.Name == file);

    /// <summary>
    /// Opens a file as plain text. Only encrypted files are authenticated while they are read; call <see cref="ExtractAsync"/> to check both.
    /// </summary>
    public async Task<Stream> OpenAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await _target.OpenReadAsync(Manifest.Name, file, cancellationToken).ConfigureAwait(false);
            return _key is null ? stored : new DecryptingStream(stored, _key, Manifest.Id, file);
        }
        catch (FileNotFoundException)
        {
            throw Damaged($"{file} is missing");
        }
    }

    /// <summary>What the state contained.</summary>
    public async Task<BackupContents> ReadContentsAsync(CancellationToken cancellationToken)
    {
        var entry = Manifest.Files.FirstOrDefault(file => file.Name == BackupContents.FileName)
            ?? throw Damaged($"{BackupContents.FileName} is missing");
        var output = new MemoryStream();
        await using var end = output.ConfigureAwait(false);
        if (entry.StoredBytes > MaxContents) throw Damaged($"{BackupContents.FileName} is larger than {MaxContents / 1024 / 1024} MiB");
        await CheckAsync(entry, output, progress: null, cancellationToken).ConfigureAwait(false);
        try
        {
            var contents = JsonSerializer.Deserialize(output.GetBuffer().AsSpan(0, (int)output.Length), BackupJson.Default.BackupContents);
            return contents is not null && IsWhole(contents)
                && contents.Tables.DistinctBy(table => (table.Schema, table.Name))
                .Count() == contents.Tables.Count
                ? contents : throw Damaged($"{BackupContents.FileName} is empty or lists a table twice");
        }
        catch (JsonException)
        {
            throw Damaged($"{BackupContents.FileName} cannot be read");
        }
    }

    /// <summary>Checks that the backup has exactly the files of its manifest, with their sizes.</summary>
    public async Task CheckFilesAsync(CancellationToken cancellationToken)
    {
        var stored = await _target.ListFilesAsync(Manifest.Name, cancellationToken).ConfigureAwait(false);
        foreach (var file in Manifest.Files)
        {
            if (!stored.TryGetValue(file.Name, out var size)) throw Damaged($"{file.Name} is missing");
            if (size != file.StoredBytes) throw Damaged($"{file.Name} has {size:N0} bytes, expected {file.StoredBytes:N0}");
        }
        var known = Manifest.Files.Select(file => file.Name)
            .Concat([ManifestFile.FileName, ManifestFile.CodeFileName, BackupProof.FileName]).ToHashSet(StringComparer.Ordinal);
        if (stored.Keys.FirstOrDefault(name => !known.Contains(name)) is { } stray) throw Damaged($"{stray} does not belong to it");
    }

    /// <summary>Reads every file to its end, checks it, and writes its plain form into a folder; several files at the same time.</summary>
    /// <param name="folder">Where to; null to only check.</param>
    /// <param name="accepts">Which files are written, and read; null for all.</param>
    /// <param name="progress">Receives the bytes read, from several threads.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task ExtractAsync(string? folder, Func<string, bool>? accepts, Action<long>? progress, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Manifest.Files.Where(file => accepts?.Invoke(file.Name) ?? true).OrderByDescending(file => file.StoredBytes),
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
            async (file, cancel) =>
            {
                if (folder is null)
                {
                    await CheckAsync(file, Stream.Null, progress, cancel).ConfigureAwait(false);
                    return;
                }
                var path = Path.Combine(folder, file.Name);
                PrivateFolder.Create(Path.GetDirectoryName(path)!);
                var output = PrivateFolder.CreateFile(path);
                await using (output.ConfigureAwait(false)) await CheckAsync(file, output, progress, cancel).ConfigureAwait(false);
            });

    /// <summary>The form of JSON does not exclude a null among the elements of a list.</summary>
    private static bool IsWhole(BackupContents contents) =>
        contents.Tables.All(table => table is not null && table.Columns.All(column => column is not null))
        && contents.Sequences.All(sequence => sequence is not null) && contents.Roles.All(role => role is not null)
        && (contents.Database is not { } database || (database.Settings.All(setting => setting is not null)
            && (database.Grants ?? []).All(grant => grant is not null)));

    private async Task CheckAsync(BackupFile file, Stream output, Action<long>? progress, CancellationToken cancellationToken)
    {
        Stream stored;
        try
        {
            stored = await _target.OpenReadAsync(Manifest.Name, file.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            throw Damaged($"{file.Name} is missing");
        }
        var hashed = new HashingStream(stored);
        await using var endOfHashed = hashed.ConfigureAwait(false);
        Stream plain = _key is null ? hashed : new DecryptingStream(hashed, _key, Manifest.Id, file.Name);
        await using var endOfPlain = plain.ConfigureAwait(false);
        var buffer = new byte[256 * 1024];
        var length = 0L;
        int read;
        while ((read = await plain.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            length += read;
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            progress?.Invoke(read);
        }
        if (hashed.Sha256() != file.Sha256) throw Damaged($"{file.Name} was altered: its SHA-256 differs from the manifest");
        if (length != file.PlainBytes) throw Damaged($"{file.Name} has {length:N0} bytes, expected {file.PlainBytes:N0}");
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream, string file, int maxBytes, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        await using var end = content.ConfigureAwait(false);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await ReadStoredAsync(stream, buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (content.Length + read > maxBytes) throw new BackupException(BackupErrorKind.Damaged, $"{file} is larger than {maxBytes:N0} bytes");
            await content.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
        return content.ToArray();
    }

    /// <summary>A target that goes away in the middle of a file says nothing about the backup.</summary>
    private static async ValueTask<int> ReadStoredAsync(Stream stored, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stored.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or Amazon.Runtime.AmazonClientException)
        {
            throw new BackupException(BackupErrorKind.Unreachable, $"the target went away while a file was read: {error.Message}", error);
        }
    }

    private BackupException Damaged(string what) => new(BackupErrorKind.Damaged, $"{Manifest.Name} is damaged: {what}");

    private static BackupException NotFound(IBackupTarget target, string name) => new(
        BackupErrorKind.NotFound,
        $"{(BackupName.IsName(name) ? name : "this name")} is not a complete backup in {target.Location}: nexus backup list shows their names");

    /// <summary>Hashes what is read through it.</summary>
    private sealed class HashingStream(Stream inner) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await ReadStoredAsync(inner, buffer, cancellationToken).ConfigureAwait(false);
            _hash.AppendData(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("backups are read asynchronously");

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _hash.Dispose();
                inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
