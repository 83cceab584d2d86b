using System.Security.Cryptography;

namespace Nexus.Operations.Backup;

/// <summary>Reads an encrypted file as plain text. A chunk is handed on only after it was authenticated in its place.</summary>
internal sealed class DecryptingStream : Stream
{
    private readonly Stream _input;
    private readonly BackupKey _key;
    private readonly Guid _backup;
    private readonly string _file;
    private readonly byte[] _plain = new byte[EncryptedFormat.ChunkLength];
    private byte[] _current = new byte[EncryptedFormat.ChunkLength + EncryptedFormat.TagLength];
    private byte[] _next = new byte[EncryptedFormat.ChunkLength + EncryptedFormat.TagLength];
    private byte[] _header = [];
    private AesGcm? _cipher;
    private long _number;
    private int _currentLength;
    private int _offset;
    private int _length;
    private bool _isLast;

    /// <param name="input">The stored form. It is disposed with this stream.</param>
    /// <param name="key">The key of the backup.</param>
    /// <param name="backup">The backup's id.</param>
    /// <param name="file">The file's name in the backup.</param>
    public DecryptingStream(Stream input, BackupKey key, Guid backup, string file) =>
        (_input, _key, _backup, _file) = (input, key, backup, file);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="BackupException">The file is damaged, or not the one of this name in this backup.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        while (_offset == _length)
        {
            if (_isLast) return 0;
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
        var count = Math.Min(buffer.Length, _length - _offset);
        _plain.AsMemory(_offset, count).CopyTo(buffer);
        _offset += count;
        return count;
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
        Release();
        await _input.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Release();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Release()
    {
        _cipher?.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (_cipher is null) await BeginAsync(cancellationToken).ConfigureAwait(false);
        // A full chunk is the last one only if nothing follows.
        var following = _currentLength == _current.Length ? await ReadChunkAsync(_next, cancellationToken).ConfigureAwait(false) : 0;
        _isLast = following == 0;
        if (_currentLength < EncryptedFormat.TagLength) throw Damaged("ends in the middle of a chunk");
        try
        {
            EncryptedFormat.DecryptChunk(_cipher!, _number, _isLast, _current.AsSpan(0, _currentLength), _plain, _header);
        }
        catch (CryptographicException)
        {
            throw Damaged(_isLast && _number > 0 ? "was cut off or altered" : "was altered, belongs to another backup or place, or the key is wrong");
        }
        (_offset, _length) = (0, _currentLength - EncryptedFormat.TagLength);
        _number++;
        (_current, _next, _currentLength) = (_next, _current, following);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        _header = new byte[EncryptedFormat.HeaderLength];
        var read = await _input.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < _header.Length || !EncryptedFormat.IsHeader(_header)) throw Damaged("has no header of an encrypted file");
        _cipher = EncryptedFormat.CreateCipher(_key, _header, _backup, _file);
        _currentLength = await ReadChunkAsync(_current, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> ReadChunkAsync(byte[] chunk, CancellationToken cancellationToken) =>
        await _input.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);

    private BackupException Damaged(string how) => new(BackupErrorKind.Damaged, $"{_file} {how}");
}
