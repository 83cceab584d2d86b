namespace Nexus.Operations.Monitoring;

/// <summary>One figure of the server and how it is read.</summary>
/// <param name="Name">The instrument. Names of postgres_exporter where it has the figure; exposed unchanged, as a gauge.</param>
/// <param name="Unit">Its unit; null if the name says it already or there is none.</param>
/// <param name="Description">What it is.</param>
/// <param name="Sql">The expression, over the tables of <see cref="PostgresFigures"/>.</param>
/// <param name="IsCounter">Whether it only grows until the statistics are reset.</param>
/// <param name="IsOfDatabase">Whether it has the label <c>datname</c>.</param>
internal sealed record PostgresFigure(
    string Name, string? Unit, string Description, string Sql, bool IsCounter = false, bool IsOfDatabase = false);
