using System.Reflection;

namespace Nexus.Compare.Contenders;

internal static class Package
{
    /// <summary>The version of the package that a type is from, without the build. Some say it after a plus, some in a sentence.</summary>
    public static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', ' ')[0].TrimEnd('.');
}
