namespace Nexus.Audit;

/// <summary>An audit could not be completed. Messages never contain a password or a stored value.</summary>
public sealed class AuditException : Exception
{
    internal AuditException(AuditErrorKind kind, string reason, string? option = null, Exception? inner = null)
        : base(option is null ? reason : $"{option}: {reason}", inner) => (Kind, Reason, Option) = (kind, reason, option);

    /// <summary>Why it failed.</summary>
    public AuditErrorKind Kind { get; }

    /// <summary>The property of <see cref="AuditOptions"/> or <see cref="FixOptions"/> at fault; null when none is.</summary>
    public string? Option { get; }

    /// <summary>The message without the name of the option.</summary>
    public string Reason { get; }

    /// <summary>Whether the same call may succeed later.</summary>
    public bool IsTransient => Kind is AuditErrorKind.Unavailable or AuditErrorKind.TimedOut;
}
