namespace Nexus.Operations.Monitoring;

/// <summary>Reads figures in the background, once in each round. Readers run one after the other.</summary>
public interface IFigureReader
{
    /// <summary>Reads. What it reads from has its own time limit.</summary>
    Task ReadAsync(CancellationToken cancellationToken);
}
