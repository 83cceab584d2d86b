namespace Nexus.History;

/// <summary>What a change did to the record.</summary>
public enum HistoryAction
{
    /// <summary>It made the record.</summary>
    Created,

    /// <summary>It changed the record.</summary>
    Changed,

    /// <summary>It removed the record.</summary>
    Removed,
}
