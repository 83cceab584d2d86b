using Amazon.Runtime;
using Amazon.S3;

namespace Nexus.Operations.Backup;

/// <summary>Opens the target that the options name.</summary>
internal static class BackupTargets
{
    private const string S3 = "s3://";

    private static readonly TimeSpan S3Patience = TimeSpan.FromMinutes(10);

    /// <summary>Where the backups are: the target of the options, or a folder in the data folder.</summary>
    public static string LocationOf(BackupOptions options, string dataFolder) => options.Target
        ?? Path.Combine(dataFolder, BackupCatalog.DefaultFolder);

    /// <exception cref="BackupException">The target is invalid.</exception>
    public static IBackupTarget Open(BackupOptions options, string dataFolder, TimeProvider clock)
    {
        options.Validate();
        var location = LocationOf(options, dataFolder);
        return location.StartsWith(S3, StringComparison.Ordinal) ? OpenS3(location[S3.Length..], options, clock)
            : !location.Contains("://", StringComparison.Ordinal) ? new FolderTarget(location)
            : throw new BackupException(BackupErrorKind.Configuration, "NEXUS_BACKUP_TARGET must be a folder or s3://bucket/prefix");
    }

    private static S3Target OpenS3(string path, BackupOptions options, TimeProvider clock)
    {
        var parts = path.Split('/', 2);
        if (parts[0].Length < 3) throw new BackupException(
            BackupErrorKind.Configuration, "NEXUS_BACKUP_TARGET: s3:// must be followed by the name of a bucket");
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
        return new S3Target(new AmazonS3Client(config), parts[0], parts.Length > 1 ? parts[1].Trim('/') : "", options, clock);
    }
}
