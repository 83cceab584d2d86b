namespace Nexus.Operations.Adoption;

/// <summary>One change of the schema and its rows.</summary>
/// <param name="Table">The table.</param>
/// <param name="What">The text of the report; empty for a part of the previous step.</param>
/// <param name="Rows">The number of affected rows; 0 if there is nothing to count.</param>
/// <param name="Sql">The statements; empty if another step executes them.</param>
internal sealed record AdoptionStep(string Table, string What, long Rows, params IReadOnlyList<string> Sql);

/// <summary>All schema changes of one transaction, planned from reads only: a dry run is the plan without the transaction.</summary>
internal sealed class AdoptionPlan
{
    /// <summary>Dropping an identity drops its sequence, whose name the target needs.</summary>
    public List<AdoptionStep> BeforeSequences { get; } = [];

    public List<AdoptionStep> Steps { get; } = [];

    public List<AdoptionReject> Rejects { get; } = [];
}
