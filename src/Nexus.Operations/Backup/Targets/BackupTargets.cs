using System.Buffers;
using Amazon.Runtime;
using Amazon.S3;

namespace Nexus.Operations.Backup;

/// <summary>Opens the target that the options name.</summary>
internal static class BackupTargets
{
    private const string S3 = "s3://";

    private static readonly SearchValues<char> BucketCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private static readonly TimeSpan S3Patience = TimeSpan.FromMinutes(10);

    /// <summary>Where the backups are: the target of the options, or a folder in the data folder.</summary>
    public static string LocationOf(BackupOptions options, string dataFolder) => options.Target
        ?? Path.Combine(dataFolder, BackupCatalog.DefaultFolder);

    /// <exception cref="BackupException">The target is invalid.</exception>
    public static IBackupTarget Open(BackupOptions options, string dataFolder, TimeProvider clock)
    {
        options.Validate();
        var location = LocationOf(options, dataFolder);
        if (!IsS3(location)) return new FolderTarget(location);
        var (bucket, prefix) = Split(location);
        return OpenS3(bucket, prefix, options, clock);
    }

    /// <summary>Whether a location is a bucket, not a folder.</summary>
    public static bool IsS3(string location) => location.StartsWith(S3, StringComparison.Ordinal);

    /// <summary>The parts of <c>s3://bucket/prefix</c>.</summary>
    public static (string Bucket, string Prefix) Split(string location)
    {
        var parts = location[S3.Length..].Split('/', 2);
        return (parts[0], parts.Length > 1 ? parts[1].Trim('/') : "");
    }

    /// <summary>
    /// Whether some store accepts a name: by AWS's rules, and those of its oldest buckets.
    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    /// </summary>
    public static bool IsBucket(string name) =>
        name.Length is >= 3 and <= 63 && char.IsAsciiLetterOrDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(BucketCharacters);

    private static S3Target OpenS3(string bucket, string prefix, BackupOptions options, TimeProvider clock)
    {
        var config = new AmazonS3Config
        {
            // Other stores know neither virtual hosts nor the checksums that AWS added: https://github.com/aws/aws-sdk-net/issues/3610.
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = S3Patience,
        };
        var region = options.S3Region ?? "us-east-1";
        if (options.S3Endpoint is { } endpoint) (config.ServiceURL, config.AuthenticationRegion) = (endpoint, region);
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
        return new S3Target(new AmazonS3Client(config), bucket, prefix, options, clock);
    }
}
