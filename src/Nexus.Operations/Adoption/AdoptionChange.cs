namespace Nexus.Operations.Adoption;

/// <summary>One change.</summary>
/// <param name="Table">The table.</param>
/// <param name="What">What was done to it.</param>
/// <param name="Rows">The number of changed rows.</param>
public sealed record AdoptionChange(string Table, string What, long Rows);
