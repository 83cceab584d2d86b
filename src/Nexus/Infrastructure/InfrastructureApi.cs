namespace Nexus.Infrastructure;

/// <summary>
/// Marks types that are public for Nexus's own server and tools, with <see cref="System.Diagnostics.CodeAnalysis.ExperimentalAttribute"/>: they may
/// change in any release, and a program that uses them must suppress the diagnostic. See docs/decisions/0015-public-infrastructure.md.
/// </summary>
internal static class InfrastructureApi
{
    /// <summary>The diagnostic that the compiler reports where such a type is used.</summary>
    public const string Id = "NEXUS0001";

    /// <summary>Why it is reported.</summary>
    public const string Url = "https://github.com/nexus-state/nexus/blob/main/docs/decisions/0015-public-infrastructure.md";
}
