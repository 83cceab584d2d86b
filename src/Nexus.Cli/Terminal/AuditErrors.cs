using Nexus.Audit;
using Nexus.Postgres;

namespace Nexus.Cli.Terminal;

/// <summary>Describes audit errors with options and environment variables instead of properties.</summary>
internal static class AuditErrors
{
    public static string Describe(AuditException error) => error.Kind switch
    {
        AuditErrorKind.InvalidReport => $"--baseline: {error.Reason.Replace("AuditReport.ToJson", "nexus audit --json", StringComparison.Ordinal)}",
        AuditErrorKind.PrivilegedRole =>
            $"{DatabaseUrl.Setting}: {error.Reason.Replace("set AllowSuperuser", "pass --allow-superuser", StringComparison.Ordinal)}",
        _ => error.Option switch
        {
            null => error.Reason,
            nameof(AuditOptions.ConnectionString) => $"{DatabaseUrl.Setting}: {error.Reason}",
            nameof(AuditOptions.Window) => $"--window: {error.Reason}",
            nameof(AuditOptions.Only) or nameof(AuditOptions.Ignore) => $"check: {error.Reason}; nexus audit explain lists them",
            var option => $"{option}: {error.Reason}",
        },
    };
}
