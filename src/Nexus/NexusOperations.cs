using Nexus.Stores;

namespace Nexus;

/// <summary>The kinds of writes, as metrics and traces name them.</summary>
public static class NexusOperations
{
    /// <summary>Every name, such as <c>save_session</c>: the values of the attribute <c>nexus.operation.name</c>.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. WriteKinds.Names.Order(StringComparer.Ordinal)];
}
