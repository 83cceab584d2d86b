namespace Nexus.Operations.Adoption;

/// <summary>One change of the schema and its rows.</summary>
/// <param name="Table">The table.</param>
/// <param name="What">For the report; empty for a part of the step before.</param>
/// <param name="Rows">How many rows it concerns, 0 where there are none to count.</param>
/// <param name="Sql">What carries it out; empty where another step does.</param>
internal sealed record AdoptionStep(string Table, string What, long Rows, params IReadOnlyList<string> Sql);

/// <summary>Everything that one transaction does to the schema, decided beforehand from reads only: a dry run is the plan without the transaction.</summary>
internal sealed class AdoptionPlan
{
    /// <summary>Taking an identity away drops its sequence, whose name the target's needs.</summary>
    public List<AdoptionStep> BeforeSequences { get; } = [];

    public List<AdoptionStep> Steps { get; } = [];

    public List<AdoptionReject> Rejects { get; } = [];
}
