namespace Nexus.History;

/// <summary>What a change did to a secret. The history never holds the secret itself.</summary>
public enum SecretChange
{
    /// <summary>There was none before.</summary>
    Set,

    /// <summary>Another secret replaced it.</summary>
    Changed,

    /// <summary>It was removed.</summary>
    Removed,
}
