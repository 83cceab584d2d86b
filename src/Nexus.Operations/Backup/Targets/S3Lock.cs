using System.Globalization;
using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace Nexus.Operations.Backup;

/// <summary>
/// An object that excludes two backups into one bucket. It is created with <c>If-None-Match: *</c>, renewed while the backup runs, and read back
/// before the backup goes on: of two that start at once, a store that knows the condition refuses one, and on any other store the one whose object
/// was overwritten notices it. A lock that was not renewed for <see cref="Patience"/> belongs to a process that was killed.
/// </summary>
internal sealed class S3Lock : IAsyncDisposable
{
    /// <summary>The object's name under the prefix of the target.</summary>
    public const string Name = ".nexus-backup.lock";

    /// <summary>How long a lock counts without being renewed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromMinutes(3);

    /// <summary>Long enough for another process that found no lock to have written its own.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    private const int MaxReads = 4;

    /// <summary>The end of the year 9999.</summary>
    private const long LastSecond = 253_402_300_800;

    private readonly IAmazonS3 _client;
    private readonly string _bucket;
    private readonly string _key;
    private readonly TimeProvider _clock;
    private readonly Guid _id = Guid.NewGuid();
    private readonly CancellationTokenSource _ended = new();
    private Task _renewing = Task.CompletedTask;

    private S3Lock(IAmazonS3 client, string bucket, string key, TimeProvider clock) =>
        (_client, _bucket, _key, _clock) = (client, bucket, key, clock);

    /// <exception cref="BackupException">Another backup or prune holds it.</exception>
    public static async Task<S3Lock> AcquireAsync(
        IAmazonS3 client, string bucket, string key, string location, TimeProvider clock, CancellationToken cancellationToken)
    {
        var held = new S3Lock(client, bucket, key, clock);
        if (await held.ReadAsync(cancellationToken).ConfigureAwait(false) is { } other)
        {
            // One of a clock that was far ahead would count until that time.
            if ((clock.GetUtcNow() - other.RenewedAt).Duration() < Patience) throw Busy(other.RenewedAt);
            await held.DeleteAsync(cancellationToken).ConfigureAwait(false);
        }
        if (!await held.TryCreateAsync(cancellationToken).ConfigureAwait(false)) throw Busy(clock.GetUtcNow());
        try
        {
            await Task.Delay(Settle, clock, cancellationToken).ConfigureAwait(false);
            if (await held.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } mine || mine.Id != held._id) throw Busy(clock.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        held._renewing = held.RenewAsync();
        return held;

        BackupException Busy(DateTimeOffset at) => new(
            BackupErrorKind.Busy,
            $"another backup or prune is running in {location} (seen at {at:u}): wait until it ends. The lock {key} of a process that was killed "
                + $"is valid for {Patience.TotalMinutes:0} minutes");
    }

    /// <summary>Ends it. Nothing is deleted if another process took the lock over.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ended.IsCancellationRequested) return;
        await _ended.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
        try
        {
            if (await ReadAsync(CancellationToken.None).ConfigureAwait(false) is { } mine && mine.Id == _id)
                await DeleteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (IsOfTheStore(error))
        {
            // The store is gone, and the lock ages.
        }
    }

    private async Task RenewAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            await Task.Delay(RenewEvery, _clock, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_ended.IsCancellationRequested) return;
            try
            {
                await PutAsync(isNew: false, _ended.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (IsOfTheStore(error) || error is OperationCanceledException)
            {
                // The next renewal may succeed; there are several until it counts as left.
            }
        }
    }

    private async Task<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(isNew: true, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception error) when (error.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
        catch (AmazonS3Exception error) when (error.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.BadRequest)
        {
            // A store without conditional writes: what is read back decides.
            await PutAsync(isNew: false, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    private async Task PutAsync(bool isNew, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{_id:d} {_clock.GetUtcNow().ToUnixTimeSeconds()}")));
        var put = new PutObjectRequest
        {
            BucketName = _bucket,
            Key = _key,
            InputStream = content,
            AutoCloseStream = false,
            UseChunkEncoding = false,
        };
        if (isNew) put.IfNoneMatch = "*";
        await _client.PutObjectAsync(put, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A store that does not replace objects as a whole may return one while another process writes it: then the sum is wrong.</summary>
    private async Task<S3LockHolder?> ReadAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Amazon.Runtime.AmazonClientException) when (attempt < MaxReads)
            {
                await Task.Delay(Settle, _clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<S3LockHolder?> ReadOnceAsync(CancellationToken cancellationToken)
    {
        const int maxBytes = 100;
        try
        {
            using var found = await _client.GetObjectAsync(_bucket, _key, cancellationToken).ConfigureAwait(false);
            var buffer = new byte[maxBytes];
            var length = await found.ResponseStream.ReadAtLeastAsync(buffer, maxBytes, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            // Whatever else lies there was not written by a backup: it holds nobody back, and is replaced.
            return Encoding.ASCII.GetString(buffer, 0, length).Split(' ') is [var id, var at] && Guid.TryParse(id, out var holder)
                && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < LastSecond
                ? new S3LockHolder(holder, DateTimeOffset.FromUnixTimeSeconds(seconds)) : new S3LockHolder(Guid.Empty, DateTimeOffset.MinValue);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task DeleteAsync(CancellationToken cancellationToken) =>
        await _client.DeleteObjectAsync(_bucket, _key, cancellationToken).ConfigureAwait(false);

    private static bool IsOfTheStore(Exception error) =>
        error is Amazon.Runtime.AmazonServiceException or Amazon.Runtime.AmazonClientException or HttpRequestException or IOException;
}

/// <summary>What a lock object holds.</summary>
/// <param name="Id">The operation.</param>
/// <param name="RenewedAt">When it was last known to run, by its own clock.</param>
internal sealed record S3LockHolder(Guid Id, DateTimeOffset RenewedAt);
