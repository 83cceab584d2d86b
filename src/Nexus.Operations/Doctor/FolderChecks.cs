using Nexus.Errors;
using Nexus.Operations.Monitoring;
using Nexus.Secrets;

namespace Nexus.Operations.Doctor;

/// <summary>The data folder: owner, permissions, secrets in it, free space.</summary>
internal sealed class FolderChecks(DoctorRun run, NexusOptions options, string? backupFolder)
{
    private const long LeastBytes = 100L * 1024 * 1024;
    private const long FewBytes = 1024L * 1024 * 1024;
    private const double LeastShare = 0.02;
    private const double FewShare = 0.1;

    private readonly string _folder = Path.GetFullPath(options.DataFolder);

    private static string User => Environment.UserName is { Length: > 0 } name ? name : "this user";

    /// <returns>Whether the folder can be used.</returns>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        var usable = CheckFolder();
        if (usable && Directory.Exists(_folder)) usable = await CheckSecretsAsync(cancellationToken).ConfigureAwait(false);
        CheckDisk(_folder, "the data folder");
        if (backupFolder is not null && Directory.Exists(backupFolder)) CheckDisk(backupFolder, "the backups");
        return usable;
    }

    private bool CheckFolder()
    {
        if (File.Exists(_folder))
        {
            run.Problem(DoctorChecks.Folder, $"{_folder} is a file, not a folder", "Name a folder in dataFolder (NEXUS_DATA, --data).");
            return false;
        }
        if (!Directory.Exists(_folder)) return CheckMissing();
        try
        {
            if (DataFolder.WhyUnsafe(_folder) is { } reason)
            {
                run.Problem(
                    DoctorChecks.Folder, reason,
                    $"chmod 700 {_folder}, and chown it to the user of nexus serve. Replace keys that others could read.");
                return false;
            }
            _ = Directory.EnumerateFileSystemEntries(_folder).Any();
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            run.Problem(
                DoctorChecks.Folder, $"{User} cannot read {_folder}: permission denied or not readable ({error.Message})",
                "Run nexus doctor as the user of nexus serve, such as `sudo -u nexus nexus doctor`, or give that user the folder with chown.");
            return false;
        }
        return CheckWritable();
    }

    private bool CheckMissing()
    {
        // A folder below one that this user cannot search looks as if it did not exist.
        var parent = Path.GetDirectoryName(_folder);
        while (parent is not null && !Directory.Exists(parent)) parent = Path.GetDirectoryName(parent);
        if (parent is not null && IsWritable(parent) is { } reason)
        {
            run.Problem(
                DoctorChecks.Folder, $"{_folder} does not exist or cannot be seen, and {User} cannot create it in {parent}: {reason}",
                $"Create it: `install -d -m 700 -o <user of nexus serve> {_folder}`, or name another in dataFolder (NEXUS_DATA, --data).");
            return false;
        }
        if (options.UsesPostgres) run.Ok(DoctorChecks.Folder, $"{_folder} does not exist yet; nexus serve creates it");
        else
        {
            run.Warning(
                DoctorChecks.Folder, $"{_folder} does not exist: nothing was stored there yet",
                "If there should be state, name its folder in dataFolder (NEXUS_DATA, --data). Otherwise start nexus serve, which creates it.");
        }
        return true;
    }

    private bool CheckWritable()
    {
        if (IsWritable(_folder) is not { } reason)
        {
            run.Ok(DoctorChecks.Folder, $"{_folder} belongs to its owner alone and is writable");
            return true;
        }
        run.Problem(
            DoctorChecks.Folder, $"{User} cannot write to {_folder}: {reason}",
            "Give the folder to the user of nexus serve with chown, or mount its file system for writing. A full disk "
                + "is freed or extended; `df -i` shows one that only has no room for more files.");
        return false;
    }

    /// <summary>Null if a file can be created. A test of the mode would not see file systems that are full or mounted for reading only.</summary>
    private static string? IsWritable(string folder)
    {
        var file = Path.Combine(folder, $".doctor-{Guid.NewGuid():n}");
        try
        {
            using (new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose))
                return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    private async Task<bool> CheckSecretsAsync(CancellationToken cancellationToken)
    {
        var usable = true;
        foreach (var file in Directory.EnumerateFiles(_folder, "*.key").Order(StringComparer.Ordinal))
        {
            try
            {
                if ((await SecretFile.ReadOwnAsync(file, cancellationToken).ConfigureAwait(false)).Length > 0) continue;
                run.Problem(DoctorChecks.Folder, $"{file} is empty", "Restore it from your backup. Delete it only if nothing was sealed with it.");
            }
            catch (NexusConfigurationException error)
            {
                var isLink = new FileInfo(file).LinkTarget is not null;
                run.Problem(DoctorChecks.Folder, error.Message, isLink ? $"Put the file that it names in the place of the link {file}."
                    : $"chmod 600 {file}. If others could read it, replace the key: docs/security.md.");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                run.Problem(DoctorChecks.Folder, $"{file} cannot be read: {error.Message}", "chown it to the user of nexus serve.");
            }
            usable = false;
        }
        return usable;
    }

    private void CheckDisk(string folder, string use)
    {
        var existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent) existing = parent;
        var space = DiskSpace.Of(existing);
        if (space.Size == 0)
        {
            run.Unknown(DoctorChecks.Disk, $"the free space of {existing} ({use}) cannot be read");
            return;
        }
        var share = (double)space.Free / space.Size;
        var message = $"{space.Free / (1024 * 1024):N0} MiB ({share:P0}) of the disk with {use} ({folder}) are free";
        const string Fix = "Free space or extend the disk: a full disk refuses writes. docs/maintenance.md names what takes space.";
        if (space.Free < LeastBytes || share < LeastShare) run.Problem(DoctorChecks.Disk, message, Fix);
        else if (space.Free < FewBytes || (share < FewShare && space.Free < 10 * FewBytes)) run.Warning(DoctorChecks.Disk, message, Fix);
        else run.Ok(DoctorChecks.Disk, message);
    }
}
