using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>The folder of the keys, the embedded store and the outbox. Who can write there can replace them.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class DataFolder
{
    /// <summary>The setting that names the folder.</summary>
    internal const string Setting = "DataFolder";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// All but 0700 and 0750, the rule that PostgreSQL has for its data directory: https://www.postgresql.org/docs/current/creating-cluster.html.
    /// </summary>
    private const UnixFileMode Refused = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes the folder, open to its owner alone, where it does not exist, and refuses one that others can use.</summary>
    /// <exception cref="NexusConfigurationException">Others can use the folder, or its owner is neither this process's user nor root.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not make it.</exception>
    public static void Prepare(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        Directory.CreateDirectory(folder, OwnerOnly);
        if (WhyUnsafe(folder) is { } reason) throw new NexusConfigurationException(Setting, reason);
    }

    /// <summary>Why what lies in an existing folder must not be trusted, or null.</summary>
    public static string? WhyUnsafe(string folder)
    {
        if (OperatingSystem.IsWindows()) return null;
        if ((File.GetUnixFileMode(folder) & Refused) != UnixFileMode.None)
            return $"{folder} is accessible to users other than its owner, who could read or replace the keys and the state in it: run `chmod 700 "
                + $"{folder}`";
        return FileOwner.IsTrusted(folder) ? null : $"{folder} belongs to another user, who can replace the keys and the state in it: run as that " +
            $"user, or change the owner with chown";
    }
}
