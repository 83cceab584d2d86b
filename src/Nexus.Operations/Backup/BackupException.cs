namespace Nexus.Operations.Backup;

/// <summary>A backup operation was refused or failed. The message gives the reason and the remedy, and never a secret or a stored value.</summary>
public sealed class BackupException : Exception
{
    /// <summary>Creates the exception.</summary>
    public BackupException(BackupErrorKind kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>The kind of error, for programs.</summary>
    public BackupErrorKind Kind { get; }
}
