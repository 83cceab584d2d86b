namespace Nexus.Operations.Doctor.Schema;

/// <summary>A difference of a schema from the one that the migrations make.</summary>
/// <param name="IsProblem">Whether Nexus works wrongly with it. Otherwise it only works more slowly.</param>
/// <param name="Message">What differs.</param>
/// <param name="Sql">The statements that put it right; null if no statement can, because records are lost.</param>
internal sealed record SchemaDifference(bool IsProblem, string Message, string? Sql);
