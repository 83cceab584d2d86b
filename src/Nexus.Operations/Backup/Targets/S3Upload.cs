using Amazon.S3;
using Amazon.S3.Model;

namespace Nexus.Operations.Backup;

/// <summary>
/// Uploads one file: small ones at once, larger ones in parts, whose size follows from the file's because there are at most 10,000.
/// </summary>
internal static class S3Upload
{
    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html</summary>
    private const int MostParts = 10_000;

    private const long SmallestPart = 8L * 1024 * 1024;
    private const long Unit = 1024 * 1024;

    /// <summary>The size of the parts of a file, in bytes.</summary>
    public static long PartSize(long length) => Math.Max(SmallestPart, (length + (MostParts * Unit) - 1) / (MostParts * Unit) * Unit);

    public static async Task<bool> RunAsync(
        IAmazonS3 client, string bucket, string key, string path, Action<long>? progress, CancellationToken cancellationToken)
    {
        var length = new FileInfo(path).Length;
        if (length <= SmallestPart)
        {
            // Signed as a whole instead of in chunks, whose framing some stores keep as if it were content.
            var put = new PutObjectRequest { BucketName = bucket, Key = key, FilePath = path, UseChunkEncoding = false };
            await client.PutObjectAsync(put, cancellationToken).ConfigureAwait(false);
            progress?.Invoke(length);
            return true;
        }
        var begun = await client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket, Key = key }, cancellationToken).ConfigureAwait(false);
        try
        {
            var parts = new List<PartETag>();
            var size = PartSize(length);
            for (var at = 0L; at < length; at += size)
            {
                var sent = Math.Min(size, length - at);
                var part = await client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = bucket,
                        Key = key,
                        UploadId = begun.UploadId,
                        PartNumber = parts.Count + 1,
                        FilePath = path,
                        FilePosition = at,
                        PartSize = sent,
                        UseChunkEncoding = false,
                    },
                    cancellationToken).ConfigureAwait(false);
                parts.Add(new PartETag(parts.Count + 1, part.ETag));
                progress?.Invoke(sent);
            }
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = begun.UploadId, PartETags = parts },
                    cancellationToken)
                .ConfigureAwait(false);
            return true;
        }
        catch
        {
            // Parts of an upload that is not completed cost space that no listing shows.
            await AbortAsync(client, bucket, key, begun.UploadId).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task AbortAsync(IAmazonS3 client, string bucket, string key, string uploadId)
    {
        try
        {
            await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = uploadId }, CancellationToken.None)
                    .ConfigureAwait(false);
        }
        catch (Exception error) when (error is Amazon.Runtime.AmazonServiceException or Amazon.Runtime.AmazonClientException or HttpRequestException)
        {
            // The store is gone: a rule of the bucket for incomplete uploads removes it.
        }
    }
}
