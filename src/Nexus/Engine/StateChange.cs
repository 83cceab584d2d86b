namespace Nexus.Engine;

/// <summary>One committed change, as events and caches see it: which record, never its content.</summary>
/// <param name="Table">The table's name, such as <c>sessions</c>.</param>
/// <param name="Id">The record's key; <c>*</c> when so much changed, or notices were missed, that anything in the table may have.</param>
public readonly record struct StateChange(string Table, string Id)
{
    /// <summary>The id that stands for every record of the table.</summary>
    public const string Everything = "*";
}
