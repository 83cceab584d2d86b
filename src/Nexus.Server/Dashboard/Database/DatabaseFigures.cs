namespace Nexus.Server.Dashboard;

/// <summary>What PostgreSQL says about the tables and indexes of the state, and about sessions that wait. Names come from the database.</summary>
/// <param name="Tables">The tables, the largest first.</param>
/// <param name="Indexes">The indexes, the largest first.</param>
/// <param name="Waits">Sessions that wait for a lock, the longest wait first.</param>
public sealed record DatabaseFigures(
    IReadOnlyList<DatabaseFigures.Table> Tables, IReadOnlyList<DatabaseFigures.Index> Indexes, IReadOnlyList<DatabaseFigures.Wait> Waits)
{
    /// <summary>A table with its indexes.</summary>
    /// <param name="Name">Schema and name.</param>
    /// <param name="Rows">Live rows, about.</param>
    /// <param name="Dead">Dead rows, about.</param>
    /// <param name="Bytes">Its size at the last vacuum or analyze.</param>
    /// <param name="SequentialScans">Scans of the whole table.</param>
    /// <param name="IndexScans">Scans by an index; null without an index.</param>
    /// <param name="HotShare">The share of its updates that touched no index, 0 to 1; null without updates.</param>
    /// <param name="VacuumedAt">When it was vacuumed last; null if never.</param>
    public sealed record Table(
        string Name, long Rows, long Dead, long Bytes, long SequentialScans, long? IndexScans, double? HotShare, DateTimeOffset? VacuumedAt);

    /// <summary>An index.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Table">Its table.</param>
    /// <param name="Scans">How often it was used.</param>
    /// <param name="Bytes">Its size at the last vacuum or analyze.</param>
    /// <param name="IsUnique">Whether it guards a key, so that it is needed even if it is never scanned.</param>
    /// <param name="IsValid">Whether it can be used.</param>
    public sealed record Index(string Name, string Table, long Scans, long Bytes, bool IsUnique, bool IsValid);

    /// <summary>A session that waits for a lock. Its statement may contain values and is not shown.</summary>
    /// <param name="Process">The process that waits.</param>
    /// <param name="Role">Its role.</param>
    /// <param name="Application">Its application.</param>
    /// <param name="Waiting">How long it has been waiting.</param>
    /// <param name="Blockers">The processes it waits for.</param>
    /// <param name="BlockerRole">The role of the first of them.</param>
    /// <param name="BlockerState">What the first of them is doing.</param>
    public sealed record Wait(
        int Process, string Role, string Application, TimeSpan Waiting, string Blockers, string? BlockerRole, string? BlockerState);
}
