using Nexus.Errors;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

internal static class LegacyRole
{
    /// <exception cref="NexusValidationException">The role is neither user nor admin.</exception>
    public static UserRole Parse(string? role) => role switch
    {
        null or "user" => UserRole.User,
        "admin" => UserRole.Admin,
        _ => throw new NexusValidationException("role", "must be user or admin"),
    };
}
