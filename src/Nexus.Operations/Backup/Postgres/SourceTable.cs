namespace Nexus.Operations.Backup;

/// <summary>A table with rows of its own.</summary>
/// <param name="Id">Its object id.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size with TOAST and without indexes.</param>
/// <param name="EstimatedRows">The planner's estimate.</param>
/// <param name="Columns">Columns that a dump holds: none that is generated.</param>
/// <param name="SummedColumns">Columns of exact numbers.</param>
/// <param name="IsHashable">Whether every column's type has a hash that is the same on every version of the server.</param>
internal sealed record SourceTable(
    uint Id, string Schema, string Name, long Bytes, double EstimatedRows, IReadOnlyList<string> Columns, IReadOnlyList<string> SummedColumns,
    bool IsHashable);
