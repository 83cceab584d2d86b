using Nexus.Operations.Backup;

namespace Nexus.Cli.Commands;

/// <summary>How backups are described.</summary>
internal static class BackupText
{
    public static string Size(long bytes) => bytes switch
    {
        < 10 * 1024 => $"{bytes} bytes",
        < 10L * 1024 * 1024 => $"{bytes / 1024:N0} KiB",
        _ => $"{bytes / (1024 * 1024):N0} MiB",
    };

    /// <summary>What is known about whether a backup can be restored.</summary>
    public static string Proof(BackupItem backup) => backup switch
    {
        { Error: not null } => "unreadable",
        { Proof: null } => "not proven",
        { Proof: { Ok: false } proof } => $"failed {proof.VerifiedAt:u}",
        { IsProven: true, Proof: var proof } => $"proven {proof!.VerifiedAt:u}",
        _ => "not proven",
    };
}
