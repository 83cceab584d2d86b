namespace Nexus.Operations.Monitoring;

/// <summary>The figures of one reading.</summary>
/// <param name="Database">The database's name.</param>
/// <param name="Values">In the order of <see cref="PostgresFigures.All"/>.</param>
/// <param name="TimedCheckpoints">Checkpoints by time.</param>
/// <param name="RequestedCheckpoints">Checkpoints by WAL volume or request.</param>
/// <param name="States">Client connections by state.</param>
/// <param name="Locks">Locks by mode.</param>
internal sealed record PostgresSnapshot(
    string Database, IReadOnlyList<double> Values, double TimedCheckpoints, double RequestedCheckpoints,
        IReadOnlyDictionary<string, double> States, IReadOnlyDictionary<string, double> Locks);

/// <summary>The figures of the tables.</summary>
/// <param name="DatabaseSize">Bytes of the database.</param>
/// <param name="Tables">By name, in the order of <see cref="TableFigure.All"/>.</param>
internal sealed record TableSnapshot(double DatabaseSize, IReadOnlyDictionary<string, double[]> Tables);
